import { type ChainExporterConfig, delegateFields } from '../../../programs/chain-exporter/chain-exporter.contract';
import { startExporter } from '../../../programs/chain-exporter/start-exporter';
import { ask } from '../../../programs/runtime/ask-http';
import { logTo } from '../../../programs/runtime/json-log';
import { afterwards, until } from '../temporary';
import { ScriptedChain } from './scripted-chain';
import { ScriptedNode } from './scripted-node';

export const CHAIN_ID = 'NetXdQprcVkpaWU';
export const ALICE = 'tz1VSUr8wwNhLAzempoch5d6hLRiTh8Cjcjb';
export const BOB = 'tz1aSkwEot3L2kmUvcoxzjMomb9mvBNuzFK6';
/** What a delegate may sign with in its own place. */
export const CONSENSUS_KEY = 'tz4HVR6aty9KwsQFHh81C1G7gBdhxT8kuytm';
export const NOW_PROTOCOL = 'PsUshuai9QapM5TGj1JpuVGkdxz5GykdnEvS6Rh8SUVrARvZLCY';
export const NEXT_PROTOCOL = 'PtNextWf7CsbYQmmyBvTCB2LYVMg6oUdVEgPHMhXvCVPRhJYVEr';
export const OLD_PROTOCOL = 'PsCARTHAGazKbHtnKfLzQg3kms52kSRpgnDY982a9oYsSXRLQEb';

/** Votes of both. */
export const everyone = [{ delegate: ALICE }, { delegate: BOB }];

/** What has been added to the counts. */
export function more(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  const keys = Object.keys(after).filter((key) => after[key] !== (before[key] ?? 0));
  return Object.fromEntries(keys.map((key) => [key, after[key] - (before[key] ?? 0)]));
}

/** One that has counted all of its chain so far. */
export async function settledWorld(rank: 'round' | 'priority' = 'round'): Promise<ExporterWorld> {
  const world = await ExporterWorld.make(rank);
  await world.start();
  await world.settle();
  return world;
}

/** A chain, nodes that know it, and an exporter that asks them. */
export class ExporterWorld {
  readonly chain: ScriptedChain;
  readonly nodes: ScriptedNode[] = [];
  readonly said: string[] = [];
  url = '';
  private stop = async () => {};

  private constructor(readonly rank: 'round' | 'priority') {
    const protocol = rank === 'round' ? NOW_PROTOCOL : OLD_PROTOCOL;
    this.chain = new ScriptedChain({ level: 2, protocol });
    this.chain.votersAt = () => ({ [ALICE]: 3, [BOB]: 5 });
    this.chain.growBy(10);
  }

  static async make(rank: 'round' | 'priority' = 'round', nodes = 1): Promise<ExporterWorld> {
    const world = new ExporterWorld(rank);
    for (let i = 0; i < nodes; i++) {
      const node = await new ScriptedNode(world.chain, { chainId: CHAIN_ID, rank }).listen();
      afterwards(() => node.close());
      for (const { field, numbers } of delegateFields[rank]) {
        node.fields.set(field, numbers[0] === '' ? '7' : Object.fromEntries(numbers.map((each) => [each, '7'])));
      }
      world.nodes.push(node);
    }
    return world;
  }

  get node(): ScriptedNode {
    return this.nodes[0];
  }

  get config(): ChainExporterConfig {
    return {
      chain: { id: CHAIN_ID, rank: this.rank, blockMs: 300 },
      delegates: [
        { name: 'alice', address: ALICE },
        { name: 'bob', address: BOB },
      ],
      wallets: [],
      sources: this.nodes.map(({ url }, i) => ({ name: `sentry-${i}`, url })),
      nodes: [],
      bakedProtocols: [NOW_PROTOCOL, OLD_PROTOCOL],
      metrics: { port: 0, host: '127.0.0.1' },
    };
  }

  /** Starts one, and waits until it has begun to judge. */
  async start(changes: Partial<ChainExporterConfig> = {}): Promise<void> {
    await this.begin(changes);
    await until('the first level', async () => (await this.value('chain_exporter_first_level')) !== undefined);
  }

  async begin(changes: Partial<ChainExporterConfig> = {}): Promise<void> {
    const { port, stop } = await startExporter(
      { ...this.config, ...changes },
      logTo((line) => this.said.push(line)),
    );
    afterwards(() => this.end());
    this.stop = stop;
    this.url = `http://127.0.0.1:${port}`;
  }

  async end(): Promise<void> {
    const { stop } = this;
    this.stop = async () => {};
    await stop();
  }

  async text(): Promise<string> {
    return (await ask({ url: this.url }, { method: 'GET', path: '/metrics', timeoutMs: 2000 })).text;
  }

  /** Undefined if there is no series with all of these labels. */
  async value(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number | undefined> {
    const wanted = Object.entries(labels).map(([key, text]) => `${key}="${text}"`);
    const line = (await this.text())
      .split('\n')
      .find((each) => /^\w+/.exec(each)?.[0] === name && wanted.every((pair) => each.includes(pair)));
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
  }

  /** Blocks of everybody else, until what is in the chain now can be judged, and is. */
  async settle(): Promise<void> {
    const { level } = this.chain.head;
    this.chain.growBy(this.rank === 'round' ? 3 : 6);
    await until(`level ${level} judged`, async () => ((await this.value('chain_exporter_judged_level')) ?? 0) >= level);
  }

  /** Waits until the exporter knows the head. */
  async seen(): Promise<void> {
    const { level } = this.chain.head;
    const head = this.node.chain.head.hash;
    await until(`head ${level} seen`, async () => {
      const asked = this.nodes.some((node) => node.asked.includes(`/chains/main/blocks/${head}/metadata`));
      return asked && (await this.value('tezos_chain_head_level')) === level;
    });
  }

  /** By result, of all that is not 0: `{'alice baked': 1}`. */
  async blocks(): Promise<Record<string, number>> {
    return this.results('tezos_baker_block_rights_total');
  }

  async votes(): Promise<Record<string, number>> {
    return this.results('tezos_baker_attestation_rights_total');
  }

  async slots(): Promise<Record<string, number>> {
    return this.results('tezos_baker_attestation_slots_total');
  }

  private async results(name: string): Promise<Record<string, number>> {
    const lines = (await this.text()).split('\n').filter((line) => line.startsWith(`${name}{`));
    const rows = lines.map((line) => {
      const [, who = '', result = ''] = /delegate_name="(\w+)",result="(\w+)"/.exec(line) ?? [];
      return [`${who} ${result}`, Number(line.slice(line.lastIndexOf(' ')))] as const;
    });
    return Object.fromEntries(rows.filter(([, value]) => value > 0));
  }
}
