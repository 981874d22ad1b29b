import type { PayoutRecord } from '../payout-guard/payout-guard.contract';
import { integerIn } from '../runtime/json';
import { Rpc } from '../runtime/rpc';
import { type ComputedCycle, isSent, listOf, mutezOf, objectOf } from './computed-plan';
import type { CycleFacts, WorldFacts } from './cycle-checks';
import { earlierSums, paidBefore } from './earlier-cycles';
import type { PreflightConfig } from './preflight.contract';
import { MOST_BYTES, TIMEOUT_MS } from './questions';

const HEAD = '/chains/main/blocks/head';
/** TzKT answers no more at once. */
const MOST_BLOCKS = 10_000;
/** So many questions are under way at once. */
const AT_ONCE = 8;
/** What a block brings its baker, by the metadata's word for where it comes from. */
const incomes: readonly unknown[] = ['block fees', 'baking rewards', 'baking bonuses'];

/** Of a cycle. */
export interface Levels {
  readonly first: number;
  readonly last: number;
}

/** Reads what the checks look at: of the node behind the guard, and of the indexer. */
export class Reading {
  private readonly node: Rpc;
  private readonly indexer: Rpc | undefined;

  constructor(private readonly config: PreflightConfig) {
    const of = (url: string) => new Rpc({ name: url, url }, TIMEOUT_MS, MOST_BYTES);
    this.node = of(config.guard.rpc);
    this.indexer = config.tzkt === undefined ? undefined : of(config.tzkt);
  }

  /** Throws where something is missing: of what is no number every comparison says no, and so does every check. */
  async world(nowMs: number): Promise<WorldFacts> {
    const chainId = await this.node.get('/chains/main/chain_id');
    const header = objectOf(await this.node.get(`${HEAD}/header`), 'the header');
    const metadata = objectOf(await this.node.get(`${HEAD}/metadata`), 'the metadata');
    const level = objectOf(metadata.level_info ?? metadata.level, 'the level');
    const balance = await this.node.find(`${HEAD}/context/contracts/${this.config.wallet}/balance`);
    const indexer = this.indexer && objectOf(await this.indexer.get('/v1/head'), "the indexer's head");
    const headMs = Date.parse(String(header.timestamp));
    if (Number.isNaN(headMs)) throw new Error('the header has no time');
    return {
      chainId: String(chainId),
      // What the next block is of.
      protocol: String(metadata.next_protocol),
      headLevel: integerIn(header, 'level'),
      headAgeMs: nowMs - headMs,
      balance: balance === undefined ? 0n : mutezOf(balance, 'the balance'),
      cycle: integerIn(level, 'cycle'),
      ...(indexer && { indexer: { level: integerIn(indexer, 'level'), chainId: String(indexer.chainId) } }),
    };
  }

  /** First and last level of a cycle that is over. */
  async levels(cycle: number, current: number): Promise<Levels> {
    const path = `${HEAD}/helpers/levels_in_current_cycle?offset=${cycle - current}`;
    const { first, last } = objectOf(await this.node.get(path), 'the levels of a cycle');
    if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) throw new Error(`${path}: it names no levels`);
    return { first: first as number, last: last as number };
  }

  async cycle(computed: ComputedCycle, levels: Levels, records: readonly PayoutRecord[]): Promise<CycleFacts> {
    const { cycle, rows } = computed;
    const rewards = rows.filter(({ kind }) => kind === 'delegator reward');
    const accounts = new Set(rewards.flatMap(({ delegator, recipient }) => [delegator, recipient]));
    const delegates = new Map<string, boolean>();
    await each([...accounts], async (account) => {
      const delegate = await this.node.find(`${HEAD}/context/contracts/${account}/delegate`);
      delegates.set(account, delegate === this.config.baker);
    });
    const sent = records.filter((row) => row.cycle === cycle && isSent(row));
    const earlier = { earlier: earlierSums(records, cycle), paidBefore: paidBefore(records, cycle) };
    return { delegates, sent, ...earlier, ...(await this.earnings(cycle, levels)) };
  }

  /** Where there is an indexer: what was delegated, by it, and what can have been earned, by our own node. */
  private async earnings(cycle: number, levels: Levels): Promise<Pick<CycleFacts, 'earned' | 'delegated'>> {
    if (!this.indexer) return {};
    const { baker } = this.config;
    const split = objectOf(await this.indexer.get(`/v1/rewards/split/${baker}/${cycle}?limit=0`), 'the split');
    const delegated = mutezOf(split.externalDelegatedBalance, 'externalDelegatedBalance');
    return { delegated, earned: (await this.attested(levels)) + (await this.baked(levels)) };
  }

  /** All that attestations of the cycle can bring. The last block of a cycle begins the next one's counts. */
  private async attested({ last }: Levels): Promise<bigint> {
    const path = `/chains/main/blocks/${last - 1}/context/delegates/${this.config.baker}`;
    const found = await this.known(`${path}/participation`, last - 1);
    const { expected_attesting_rewards: votes } = objectOf(found, 'participation');
    const dal = await this.node.find(`${path}/dal_participation`);
    const expected = dal === undefined ? '0' : objectOf(dal, 'dal_participation').expected_dal_rewards;
    return mutezOf(votes, 'expected_attesting_rewards') + mutezOf(expected, 'expected_dal_rewards');
  }

  /** What only a node says that has followed the chain at that level. */
  private async known(path: string, level: number): Promise<unknown> {
    const found = await this.node.find(path);
    if (found !== undefined) return found;
    const reason = `${path}: our node knows no state of level ${level}`;
    throw new Error(`${reason}: it has imported a snapshot of a later one, or keeps fewer cycles`);
  }

  /** What the blocks have brought that the indexer names, and that our node knows as the baker's. */
  private async baked({ first, last }: Levels): Promise<bigint> {
    const { baker } = this.config;
    const levels = new Set<unknown>();
    // Who has chosen its operations gets fees and reward, who has brought it to the chain the bonus.
    for (const role of ['proposer', 'producer']) {
      const query = `${role}=${baker}&level.ge=${first}&level.le=${last}&select=level&limit=${MOST_BLOCKS}`;
      for (const level of listOf(await (this.indexer as Rpc).get(`/v1/blocks?${query}`), 'blocks')) levels.add(level);
    }
    let sum = 0n;
    await each([...levels], async (level) => {
      const isOfCycle = Number.isSafeInteger(level) && first <= (level as number) && (level as number) <= last;
      if (!isOfCycle) throw new Error(`the indexer names a block of level ${level}`);
      const found = await this.known(`/chains/main/blocks/${level}/metadata`, level as number);
      const metadata = objectOf(found, 'the metadata');
      if (![metadata.baker, metadata.proposer].includes(baker)) return;
      for (const update of listOf(metadata.balance_updates, 'balance_updates').map((one) =>
        objectOf(one, 'an update'),
      )) {
        const change = mutezOf(update.change, 'change');
        if (incomes.includes(update.category) && change < 0n) sum -= change;
      }
    });
    return sum;
  }
}

/** A few at once. */
async function each<T>(all: readonly T[], what: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await what(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
