import { TUNNEL_USER } from '../../../model/signers';
import { type Started, start } from '../cluster/processes';
import type { RunState } from '../run-state';
import { addOutside, removeOutside } from './network';

/** Where a gateway answers. */
export interface Point {
  readonly host: string;
  readonly port: number;
}

export interface UplinkOf {
  /** What its ssh is called in the logs. */
  readonly log: string;
  /** Of its own on the internet: the line is cut when it is gone. */
  readonly address: string;
  readonly keyFile: string;
  /** Says who the gateway is. */
  readonly knownHosts: string;
  /** The Unix socket at home that the one at the gateway leads to. */
  readonly from: string;
  readonly to: string;
  readonly state: RunState;
}

/** What a machine at home waits before it dials again. */
const AGAIN_MS = 1000;

/** One way of a machine at home to the gateway: ssh, dialled again whenever it ends. */
export class HomeUplink {
  private ssh: Started | undefined;
  private dialling: NodeJS.Timeout | undefined;

  constructor(
    /** As in the bakery file. */
    readonly name: string,
    private readonly of: UplinkOf,
  ) {}

  /** Dials from now on. */
  async start(gateway: Point): Promise<void> {
    await this.plug();
    const dial = () => {
      if (!this.ssh?.running()) this.ssh = this.dialled(gateway);
    };
    dial();
    this.dialling = setInterval(dial, AGAIN_MS);
  }

  /** Comes back: a new ssh, while the gateway does not know yet that the old one is dead. */
  async comeBack(gateway: Point): Promise<void> {
    await this.stop();
    await this.start(gateway);
  }

  /** Ends ssh, and dials no more. */
  async stop(): Promise<void> {
    clearInterval(this.dialling);
    await this.ssh?.stop();
  }

  /** The line is dead: nothing goes out or comes in, and nobody is told. */
  unplug(): Promise<void> {
    return removeOutside(this.of.address);
  }

  plug(): Promise<void> {
    return addOutside(this.of.address);
  }

  lastWords(): string {
    return `${this.of.log}:\n${this.ssh?.log() ?? 'not started'}`;
  }

  private dialled({ host, port }: Point): Started {
    const { log, address, keyFile, knownHosts, from, to, state } = this.of;
    const options = {
      IdentitiesOnly: 'yes',
      BatchMode: 'yes',
      UserKnownHostsFile: knownHosts,
      HostKeyAlias: GATEWAY_ALIAS,
      StrictHostKeyChecking: 'yes',
      ConnectTimeout: 5,
      ExitOnForwardFailure: 'yes',
      ServerAliveInterval: 5,
      ServerAliveCountMax: 3,
    };
    const words = [
      ...['-N', '-T', '-F', 'none', '-b', address, '-p', String(port), '-i', keyFile],
      ...Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]),
      ...['-R', `${to}:${from}`, `${TUNNEL_USER}@${host}`],
    ];
    return start(state, 'ssh', words, log);
  }
}

/** What the gateway is called in files of known hosts, whatever address it is dialled at. */
export const GATEWAY_ALIAS = 'signer-gateway';
