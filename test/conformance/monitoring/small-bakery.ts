import { generateKeyPairSync } from 'node:crypto';
import type { AgentConfig } from '../../../programs/agent/agent.contract';
import type { ChainExporterConfig } from '../../../programs/chain-exporter/chain-exporter.contract';
import type { GuardConfig } from '../../../programs/guard/guard.contract';
import { publicHalf } from '../../../programs/runtime/message-key';
import { madeSecretKey } from '../../stand-ins/kit/secret-keys';
import { freePorts } from '../cluster/processes';
import { type ProcessYard, until } from './process-yard';

const BLOCK_MS = 1000;
const START_LEVEL = 1000;
const CHAIN = 'NetXdQprcVkpaWU';
const LOOPBACK = '127.0.0.1';
const free = `${LOOPBACK}:0`;

/** URLs of metrics, by who tells them. */
export interface Sources {
  readonly node: string;
  readonly 'dal-node': string;
  readonly guard: string;
  /** Passed on by the guard. */
  readonly agent: string;
  readonly 'chain-exporter': string;
}

/**
 * A bakery of one of each: a chain, a node, a DAL node, a baker that asks a guard, a machine at home behind it, and the
 * chain-exporter. Everything that is ours is the program that dist/ holds.
 */
export class SmallBakery {
  private readonly key = madeSecretKey('of the small bakery');
  private readonly guardPem = generateKeyPairSync('ed25519').privateKey.export({
    format: 'pem',
    type: 'pkcs8',
  }) as string;
  private powering: NodeJS.Timeout | undefined;

  constructor(private readonly yard: ProcessYard) {}

  /** Answers when all of them run, and the baker has been heard at the guard. */
  async start(): Promise<Sources> {
    const { yard } = this;
    const peers = await this.startChain();
    const node = await yard.standIn(
      'octez-node',
      [
        ...['run', '--data-dir', yard.path('node'), '--no-bootstrap-peers', '--synchronisation-threshold', '1'],
        ...['--net-addr', free, '--rpc-addr', free, '--metrics-addr', free],
        ...peers.flatMap((peer) => ['--peer', `${LOOPBACK}:${peer}`]),
      ],
      /running/,
    );
    const rpc = `http://${LOOPBACK}:${node.ports('rpc')[0]}`;
    const [dalMetrics, guardPort, guardMetrics, exporter] = await freePorts(4);
    await yard.standIn(
      'octez-dal-node',
      [
        ...['run', '--endpoint', rpc, '--data-dir', yard.path('dal'), '--rpc-addr', free, '--net-addr', free],
        ...['--metrics-addr', `${LOOPBACK}:${dalMetrics}`, '--attester-profiles', this.key.address],
      ],
      /the DAL node is ready/,
    );
    await this.startHome();
    await this.startGuard(rpc, guardPort!, guardMetrics!);
    await this.startBaker(rpc, guardPort!);
    await this.startExporter(rpc, exporter!);
    const metricsAt = (port: number | undefined, path = '/metrics') => `http://${LOOPBACK}:${port}${path}`;
    return {
      node: metricsAt(node.ports('metrics')[0]),
      'dal-node': metricsAt(dalMetrics),
      guard: metricsAt(guardMetrics),
      agent: metricsAt(guardMetrics, '/signers/attic/metrics'),
      'chain-exporter': metricsAt(exporter),
    };
  }

  stop(): void {
    clearInterval(this.powering);
  }

  private async startChain(): Promise<number[]> {
    const { key, yard } = this;
    const rights = { [key.address]: { share: 0.6, publicKey: key.publicKey } };
    const pace = { blockTimeMs: BLOCK_MS, startLevel: START_LEVEL, blocksPerCycle: 12, blocksPerCommitment: 4 };
    const config = yard.write('chain.json', { ...pace, rights, dalSlots: [0, 3] });
    const addresses = ['--p2p-addr', free, '--p2p-addr', free, '--p2p-addr', free];
    const words = ['--config', config, '--control-addr', free, ...addresses];
    const chain = await yard.standIn('stand-in-chain', words, /: control/);
    return chain.ports('peers');
  }

  /** A machine at home: octez-signer with a key, an agent, a battery; two tunnels that end here. */
  private async startHome(): Promise<void> {
    const { key, yard } = this;
    const wallet = this.wallet('octez-signer', `unencrypted:${key.secretKey}`);
    const launch = ['launch', 'http', 'signer', '-a', LOOPBACK, '-p', '0', '-W', '-M', '0x11,0x12,0x13'];
    const signer = await yard.standIn('octez-signer', ['-d', wallet, ...launch], /HTTP requests/);
    const ups = yard.path('ups.json');
    const tellPower = () => yard.write('ups.json', { mains: 1, percent: 97, volts: 4.1, atMs: Date.now() });
    tellPower();
    this.powering = setInterval(tellPower, 1000);
    yard.write('sys/class/thermal/thermal_zone0/temp', '41500\n');
    const now = Math.round(Date.now() / 1000);
    yard.writeProgram(
      'chronyc',
      `echo '0A000001,10.0.0.1,3,${now}.1,-0.00025,0,0.0001,-1.5,0,0.02,0.01,0.001,64.2,Normal'`,
    );
    const config: AgentConfig = {
      signer: 'attic',
      guardKey: publicHalf(this.guardPem),
      listen: { socket: yard.path('agent') },
      octezSigner: `http://${LOOPBACK}:${signer.ports('port')[0]}`,
      octezSignerFolder: wallet,
      chainId: CHAIN,
      keys: [key.address],
      stateFolder: yard.makeFolder('state'),
      runFolder: yard.makeFolder('run'),
      budgetMs: BLOCK_MS / 3,
      deviceLimitMs: 2 * BLOCK_MS,
      hardware: {
        uplinks: uplinks.map((name) => ({ name, interface: 'lo', socket: yard.path(name) })),
        ups: { file: ups },
        sys: yard.path('sys'),
      },
    };
    await yard.own('agent', [yard.write('agent.json', config)]);
  }

  private async startGuard(rpc: string, port: number, metrics: number): Promise<void> {
    const { key, yard } = this;
    const config: GuardConfig = {
      chain: {
        id: CHAIN,
        blockMs: BLOCK_MS,
        startMs: Date.now() - 10 * START_LEVEL * BLOCK_MS,
        roundGrowthMs: 0,
        tags: {
          firstBytes: [0x11, 0x12, 0x13],
          preattestation: { slot: [20], slotless: [40] },
          attestation: { slot: [21], slotWithDal: [23], slotless: [41] },
          endorsement: [],
        },
      },
      keys: [{ address: key.address, publicKey: key.publicKey, role: 'delegate' }],
      signers: [
        { name: 'attic', keys: [key.address], uplinks: uplinks.map((name) => ({ name, socket: yard.path(name) })) },
      ],
      nodes: [rpc],
      privateKeyFile: yard.write('guard.pem', this.guardPem),
      listen: { port, host: LOOPBACK },
      metrics: { port: metrics, host: LOOPBACK },
      control: yard.path('control'),
    };
    const guard = await yard.own('guard', ['--config', yard.write('guard.json', config)]);
    await until(
      'the guard is open',
      () => guard.said.includes('"the guard is open"'),
      () => guard.said,
    );
  }

  private async startBaker(rpc: string, guard: number): Promise<void> {
    const { yard } = this;
    const wallet = this.wallet('baker', `http://${LOOPBACK}:${guard}/${this.key.address}`);
    const run = ['run', 'remotely', '--liquidity-baking-toggle-vote', 'pass', '--without-dal'];
    await yard.standIn('octez-baker', ['-E', rpc, '-d', wallet, ...run], /started for/);
  }

  private async startExporter(rpc: string, port: number): Promise<void> {
    const { key, yard } = this;
    const config: ChainExporterConfig = {
      chain: { id: CHAIN, rank: 'round', blockMs: BLOCK_MS },
      delegates: [{ name: 'example', address: key.address }],
      wallets: [{ name: 'payouts', address: key.address }],
      sources: [{ name: 'sentry-a', url: rpc }],
      nodes: [{ name: 'sentry-a', url: rpc }],
      bakedProtocols: [],
      metrics: { port, host: LOOPBACK },
    };
    await yard.own('chain-exporter', ['--config', yard.write('chain-exporter.json', config)]);
  }

  /** A base directory with the key, whose secret half is `locator`. */
  private wallet(folder: string, locator: string): string {
    const { key, yard } = this;
    const file = (name: string, value: string) => yard.write(`${folder}/${name}`, [{ name: 'example', value }]);
    file('public_key_hashs', key.address);
    file('public_keys', `unencrypted:${key.publicKey}`);
    file('secret_keys', locator);
    return yard.path(folder);
  }
}

const uplinks = ['cable', 'mobile'];
