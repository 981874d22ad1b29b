import type { ChainExporterConfig } from '../../../programs/chain-exporter/chain-exporter.contract';
import { delegateFields } from '../../../programs/chain-exporter/chain-exporter.contract';
import { ScriptedChain } from '../../programs/chain-exporter/scripted-chain';
import { ScriptedNode } from '../../programs/chain-exporter/scripted-node';
import { freePorts } from '../cluster/processes';
import { type ProcessYard, type Started, until } from './process-yard';
import { scraped, valueIn } from './told-metrics';

export const ALICE = 'tz1VSUr8wwNhLAzempoch5d6hLRiTh8Cjcjb';
export const BOB = 'tz1aSkwEot3L2kmUvcoxzjMomb9mvBNuzFK6';
export const NOW_PROTOCOL = 'PsUshuai9QapM5TGj1JpuVGkdxz5GykdnEvS6Rh8SUVrARvZLCY';
export const NEXT_PROTOCOL = 'PtNextWf7CsbYQmmyBvTCB2LYVMg6oUdVEgPHMhXvCVPRhJYVEr';
export const both = [{ delegate: ALICE }, { delegate: BOB }];

const CHAIN = 'NetXdQprcVkpaWU';
const BLOCK_MS = 300;
const names = { alice: ALICE, bob: BOB };

/** What has been counted since a moment, of all that has changed: `alice missed attestation`. */
export type Counts = Readonly<Record<string, number>>;

/** The chain-exporter as a process, and a node of a chain that is scripted block by block. */
export class ExporterRun {
  readonly chain = new ScriptedChain({ level: 2, protocol: NOW_PROTOCOL });
  readonly node = new ScriptedNode(this.chain, { chainId: CHAIN, rank: 'round' });
  private url = '';
  private exporter: Started | undefined;

  constructor(private readonly yard: ProcessYard) {
    this.chain.votersAt = () => ({ [ALICE]: 3, [BOB]: 5 });
    this.chain.growBy(10);
    for (const { field, numbers } of delegateFields.round) {
      this.node.fields.set(field, numbers[0] === '' ? '7' : Object.fromEntries(numbers.map((each) => [each, '7'])));
    }
  }

  async start(): Promise<void> {
    await this.node.listen();
    const [port] = await freePorts(1);
    const config: ChainExporterConfig = {
      chain: { id: CHAIN, rank: 'round', blockMs: BLOCK_MS },
      delegates: Object.entries(names).map(([name, address]) => ({ name, address })),
      wallets: [],
      sources: [{ name: 'sentry-a', url: this.node.url }],
      nodes: [],
      bakedProtocols: [NOW_PROTOCOL],
      metrics: { port: port!, host: '127.0.0.1' },
    };
    this.exporter = await this.yard.own('chain-exporter', ['--config', this.yard.write('scripted.json', config)]);
    this.url = `http://127.0.0.1:${port}/metrics`;
    await until(
      'the chain-exporter judges',
      () => this.value('chain_exporter_first_level').catch(() => undefined),
      () => this.exporter?.said,
    );
    await this.settle();
  }

  async stop(): Promise<void> {
    await this.node.close();
  }

  async value(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number | undefined> {
    return valueIn(await scraped(this.url), name, labels);
  }

  /** Blocks in which all vote, until what is in the chain now can be judged, and is. */
  async settle(): Promise<void> {
    const { level } = this.chain.head;
    this.chain.growBy(3);
    const isJudged = async () => ((await this.value('chain_exporter_judged_level')) ?? 0) >= level;
    await until(`level ${level} is judged`, isJudged, () => this.exporter?.said);
  }

  /** The head has been told. */
  async seen(): Promise<void> {
    const { hash, level } = this.chain.head;
    await until(`block ${hash} is seen`, async () => {
      const isAsked = this.node.asked.includes(`/chains/main/blocks/${hash}/metadata`);
      return isAsked && (await this.value('tezos_chain_head_level')) === level;
    });
  }

  /** All counts, by baker, result and right; and the levels that nobody has judged. */
  async counts(): Promise<Counts> {
    const text = await scraped(this.url);
    const rights = ['block', 'attestation'].flatMap((right) =>
      [...text.matchAll(new RegExp(`^tezos_baker_${right}_rights_total\\{(.*)\\} (\\d+)$`, 'gm'))].map(
        ([, labels = '', value]) => {
          const of = (name: string) => new RegExp(`${name}="(\\w+)"`).exec(labels)?.[1];
          return [`${of('delegate_name')} ${of('result')} ${right}`, Number(value)] as const;
        },
      ),
    );
    return { ...Object.fromEntries(rights), skipped: valueIn(text, 'chain_exporter_skipped_levels_total') ?? 0 };
  }

  /** What `happens` adds to the counts once it is judged, all that everybody sees in the meantime left out. */
  async added(happens: () => unknown): Promise<Counts> {
    const before = await this.counts();
    await happens();
    await this.settle();
    const after = await this.counts();
    const more = Object.keys(after)
      .map((key) => [key, after[key]! - (before[key] ?? 0)] as const)
      .filter(([key, by]) => by !== 0 && !key.endsWith('seen attestation'));
    return Object.fromEntries(more.sort());
  }
}
