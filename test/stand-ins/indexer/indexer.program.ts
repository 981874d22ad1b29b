import { readFileSync } from 'node:fs';
import type { Block } from '../chain/block';
import type { ChainContext } from '../chain/chain-context';
import { cycleOf } from '../chain/chain-context';
import { parseCmdliner } from '../kit/command-line';
import { ask, askJson } from '../kit/http-client';
import { ok, parseAddress, type Reply, type Request, serve } from '../kit/http-server';
import { endOnSignals, forever, type Program, say } from '../kit/program';
import { type CycleRewards, type IndexerFault, type Rewards, splitOf } from './rewards';

/** What the configuration file and POST /control say. */
interface IndexerSettings {
  readonly listen?: string;
  /** The chain's control endpoint. */
  readonly chain: string;
  readonly rewards?: Rewards;
  readonly fault?: IndexerFault;
}

/** TzKT takes pages of at most so many. */
const MOST = 10_000;
const NOTHING: Reply = { status: 204, text: '' };

/** stand-in-indexer --config FILE: the API of TzKT, as much of it as payout programs ask. */
export const indexerProgram: Program = async ({ name, words }) => {
  const options = parseCmdliner(name, '', words, { flags: { '--config': 'value' } });
  const indexer = new Indexer(JSON.parse(readFileSync(options.value('--config') ?? '', 'utf8')) as IndexerSettings);
  const { port } = await serve(parseAddress(indexer.settings.listen ?? '127.0.0.1:0', 5000), (request) =>
    indexer.answer(request),
  );
  endOnSignals(async () => {});
  say(`indexer: sites ${port}`);
  return forever();
};

/** What an indexer knows: of the chain what the chain's control endpoint tells, of rewards what it is told. */
export class Indexer {
  constructor(public settings: IndexerSettings) {}

  private get fault(): IndexerFault {
    return this.settings.fault ?? {};
  }

  async answer(request: Request): Promise<Reply> {
    const { method, path, body } = request;
    if (path === '/control' && method === 'POST') {
      const { rewards = {}, ...rest } = JSON.parse(body) as Partial<IndexerSettings>;
      const { rewards: known = {} } = this.settings;
      const bakers = Object.entries(rewards).map(([baker, cycles]) => [baker, { ...known[baker], ...cycles }]);
      this.settings = { ...this.settings, ...rest, rewards: { ...known, ...Object.fromEntries(bakers) } };
      return ok({});
    }
    if (this.fault.down) return { hangUp: true };
    const [, version, ...rest] = path.split('/');
    if (version !== 'v1' || method !== 'GET') return { status: 404, text: '' };
    return this.read(request, rest);
  }

  private read(request: Request, [what, first, second, third]: string[]): Reply | Promise<Reply> {
    if (what === 'head') return this.head();
    if (what === 'rewards' && first === 'split') return this.split(request, second, Number(third));
    if (what === 'blocks') return this.blocks(request);
    if (what === 'delegates') return this.delegate(first);
    if (what === 'operations' && first === 'set_delegate_parameters') return ok([]);
    if (what === 'operations' && first === 'transactions' && third === 'status') return this.status(second);
    if (what === 'operations' && first === 'transactions') return this.transactions(second);
    return { status: 404, text: '' };
  }

  private chain<T>(path: string): Promise<T> {
    return askJson<T>(`${this.settings.chain}/control/${path}`);
  }

  private async head(): Promise<Reply> {
    const [{ level: known }, context] = [
      await this.chain<Block>('block/head'),
      await this.chain<ChainContext>('context'),
    ];
    const level = known - (this.fault.behind ?? 0);
    const { hash, timeMs, protocol } = await this.chain<Block>(`block/${level}`);
    const timestamp = `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
    const sync = { knownLevel: known, lastSync: timestamp, synced: known === level };
    const { chainName: chain, chainId } = context;
    return ok({ chain, chainId, cycle: cycleOf(context, level), level, hash, protocol, timestamp, ...sync });
  }

  private async split({ query }: Request, baker: string, cycle: number): Promise<Reply> {
    const rewards: CycleRewards | undefined = this.settings.rewards?.[baker]?.[String(cycle)];
    const [limit, offset] = [Number(query.get('limit') ?? 100), Number(query.get('offset') ?? 0)];
    if (!(limit >= 0 && limit <= MOST)) {
      const errors = { limit: `The field limit must be between 0 and ${MOST}.` };
      return { status: 400, json: { code: 400, errors } };
    }
    return rewards ? ok(splitOf(cycle, rewards, this.fault, offset, limit)) : NOTHING;
  }

  /** Levels of blocks that a baker proposed or produced: here it is the same. Parameters that it does not know it passes over. */
  private async blocks({ query }: Request): Promise<Reply> {
    const baker = query.get('proposer') ?? query.get('producer');
    const { level: head } = await this.chain<Block>('block/head');
    const last = Math.min(Number(query.get('level.le') ?? head), head - (this.fault.behind ?? 0));
    const levels = await this.chain<number[]>(`baked/${baker}/${Number(query.get('level.ge') ?? 0)}/${last}`);
    return ok(levels.slice(0, Number(query.get('limit') ?? 100)));
  }

  private async delegate(address: string): Promise<Reply> {
    const context = await this.chain<ChainContext>('context');
    const known = context.delegates.find(({ delegate }) => delegate === address);
    if (!known) return NOTHING;
    const cycles = Object.values(this.settings.rewards?.[address] ?? {});
    const numDelegators = Object.keys(cycles.at(-1)?.delegators ?? {}).length;
    const balance = Number(known.balance);
    return ok({ type: 'delegate', address, active: true, balance, stakedBalance: balance / 2, numDelegators });
  }

  /** Applied or not; nothing for what is in no block of the head's branch, or too young for an indexer that is behind. */
  private async status(hash: string): Promise<Reply> {
    const found = await this.operation(hash);
    return found ? ok(found.every(({ status }) => status === 'applied')) : NOTHING;
  }

  private async transactions(hash: string): Promise<Reply> {
    return ok((await this.operation(hash)) ?? []);
  }

  private async operation(hash: string): Promise<{ status: string }[] | undefined> {
    const { status, text } = await ask(`${this.settings.chain}/control/operation/${hash}`);
    if (status !== 200 || this.fault.forgets) return undefined;
    const { level, contents } = JSON.parse(text) as { level: number; contents: any[] };
    const { level: head } = await this.chain<Block>('block/head');
    if (level > head - (this.fault.behind ?? 0)) return undefined;
    return contents.map(({ source, destination, amount, fee, counter, metadata }) => ({
      ...{ type: 'transaction', level, hash, counter: Number(counter), sender: { address: source } },
      ...{ target: { address: destination }, amount: Number(amount), bakerFee: Number(fee) },
      status: metadata.operation_result.status,
    }));
  }
}
