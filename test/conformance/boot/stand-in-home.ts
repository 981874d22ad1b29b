import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bakery } from '../../../model/bakery';
import type { Signer } from '../../../model/signers';
import type { AgentConfig } from '../../../programs/agent/agent.contract';
import { publicHalf } from '../../../programs/runtime/message-key';
import { freePorts, type Started, start, until } from '../cluster/processes';
import type { RunState } from '../run-state';
import { BLOCK_TIME_MS } from './chain-pace';
import { GATEWAY_ALIAS, HomeUplink, type Point } from './home-uplink';
import { machine } from './machine';
import { writeWallet } from './stand-in-wallet';

/** Paths of programs on this machine, each one file for Node. */
export interface HomePrograms {
  /** Of the stand-ins. */
  readonly standIn: string;
  readonly agent: string;
}

export interface HomeOf {
  readonly bakery: Bakery;
  readonly signer: Signer;
  /** Its place among the bakeries of this run, and among the signers of its bakery. */
  readonly place: readonly [bakery: number, signer: number];
  /** The private half of its ssh key. */
  readonly sshKeyFile: string;
  /** The public half of the gateway's host key, as its bakery file has it. */
  readonly hostKey: string;
  /** PEM: its public half is what the agent is told. */
  readonly messageKey: string;
  readonly programs: HomePrograms;
  readonly state: RunState;
}

/** Less than the guard's half block, so that it hears why. */
const BUDGET_MS = BLOCK_TIME_MS / 3;

/**
 * A machine at home outside of the cluster: octez-signer (the stand-in, with its marks, in place of a device), the agent in
 * front of it, and an ssh for each uplink that dials the gateway.
 */
export class StandInHome {
  readonly name: string;
  readonly uplinks: readonly HomeUplink[];
  private readonly folder: string;
  private readonly socket: string;
  private running: Started[] = [];

  constructor(private readonly of: HomeOf) {
    const { signer, bakery, place, sshKeyFile, hostKey, state } = of;
    this.name = signer.name;
    this.folder = state.subfolder(`${bakery.name}-${signer.name}`);
    this.socket = join(this.folder, 'agent.sock');
    const knownHosts = join(this.folder, 'known_hosts');
    writeFileSync(knownHosts, `${GATEWAY_ALIAS} ${hostKey}\n`);
    this.uplinks = signer.uplinks.map(
      ({ name, socket }, index) =>
        new HomeUplink(name, {
          log: `${bakery.name}-${signer.name}-${name}`,
          address: machine.uplinkAddress(...place, index),
          keyFile: sshKeyFile,
          knownHosts,
          from: this.socket,
          to: socket,
          state,
        }),
    );
  }

  /** Switches it on: it dials that gateway. A machine that starts has lost what lay in its /run, and nothing else. */
  async start(gateway: Point): Promise<void> {
    const { bakery, signer, programs, state } = this.of;
    const wallet = join(this.folder, 'signer');
    writeWallet(wallet, signer.keys);
    const [port] = await freePorts(1);
    const launch = ['launch', 'http', 'signer', '-a', '127.0.0.1', '-p', String(port), '-W'];
    const words = [programs.standIn, 'octez-signer', '--base-dir', wallet, ...launch];
    const octezSigner = start(state, process.execPath, words, `${bakery.name}-${this.name}-octez-signer`);
    this.running.push(octezSigner);
    await until(`octez-signer of ${this.name} answers`, 20, async () => /Accepting HTTP/.test(octezSigner.log()));
    const agent = start(
      state,
      process.execPath,
      [programs.agent, this.agentFile(port!)],
      `${bakery.name}-${this.name}-agent`,
    );
    this.running.push(agent);
    await until(`the agent of ${this.name} listens`, 20, async () => /listens/.test(agent.log()));
    await this.dial(gateway);
  }

  /** Every uplink dials there from now on. */
  async dial(gateway: Point): Promise<void> {
    for (const uplink of this.uplinks) await uplink.comeBack(gateway);
  }

  /** The power goes: its lines are dead in the middle of whatever goes over them. */
  async die(): Promise<void> {
    for (const uplink of this.uplinks) await uplink.unplug();
    await this.stop();
    rmSync(this.runFolder, { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    for (const uplink of this.uplinks) await uplink.stop();
    for (const program of this.running.splice(0)) await program.stop();
  }

  lastWords(): string {
    const programs = this.running.map((program) => `${program.name}:\n${program.log()}`);
    return [...programs, ...this.uplinks.map((uplink) => uplink.lastWords())].join('\n');
  }

  private get runFolder(): string {
    return join(this.folder, 'run');
  }

  /** Writes the agent's configuration; answers where. */
  private agentFile(port: number): string {
    const { bakery, signer, messageKey } = this.of;
    const stateFolder = join(this.folder, 'state');
    mkdirSync(stateFolder, { recursive: true });
    const config: AgentConfig = {
      signer: signer.name,
      guardKey: publicHalf(messageKey),
      listen: { socket: this.socket },
      octezSigner: `http://127.0.0.1:${port}`,
      octezSignerFolder: join(this.folder, 'signer'),
      chainId: bakery.network.chainId,
      keys: signer.keys.map(({ address }) => address),
      stateFolder,
      runFolder: this.runFolder,
      budgetMs: BUDGET_MS,
      deviceLimitMs: 5 * BUDGET_MS,
    };
    const file = join(this.folder, 'agent.json');
    writeFileSync(file, JSON.stringify(config));
    return file;
  }
}
