import fc from 'fast-check';
import { ForgetfulDisk } from './forgetful-disk';
import { type ChainOperation, PayoutChain } from './payout-chain';
import { PayoutJudge } from './payout-judge';
import { ModelGuard } from './payout-model';
import { payoutSteps, type Step, type StepName } from './payout-steps';
import { WorldWallet, walletConfig, worldRows } from './world-wallet';

export interface PayoutOutcome {
  /** Rows that were paid twice. */
  readonly doubles: readonly string[];
  /** What else should not be. */
  readonly broken: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly trace: readonly string[];
}

/** A chain, guards and engines in one process: every step is one thing that may happen next. */
export class PayoutWorld {
  readonly chain = new PayoutChain();
  readonly rows;
  /** The second one starts from a copy of the first one's disk. */
  readonly wallets: WorldWallet[];
  /** Number of the newest reconciliation, in the bucket. */
  bucket = 0;
  /** The last final block that our node has. */
  nodeFinal = this.chain.final;
  /** Bytes of operations that have left a guard with a signature. */
  readonly released = new Map<string, ChainOperation>();
  /** For each operation that was ever asked for: the rows of each content. */
  readonly linesOf = new Map<string, readonly (readonly string[])[]>();
  /** Rows that the baker has paid from an account of its own. */
  readonly byHand = new Set<string>();
  /** What engines were told that they may pay. */
  readonly files: (readonly string[])[] = [];
  copies: { readonly disk: ForgetfulDisk; readonly model: ModelGuard }[] = [];
  readonly trace: string[] = [];
  readonly counts: Record<string, number> = {};
  signatures = 0;
  readonly judge = new PayoutJudge(this);

  constructor(
    readonly window: bigint,
    rivals: boolean,
  ) {
    this.rows = worldRows(window, rivals);
    this.wallets = [new WorldWallet(walletConfig(window), new ForgetfulDisk(), new ModelGuard(this.rows))];
  }

  count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }
}

/** Runs the steps, then lets all be well, and says what was seen; it ends with the first row that is paid twice. */
function play(window: bigint, steps: readonly Step[], { untilDouble = false, rivals = false }: Wish): PayoutOutcome {
  const world = new PayoutWorld(window, rivals);
  const { judge } = world;
  const isOver = () => judge.doubles.length > 0 || (!untilDouble && judge.broken.length > 0);
  for (const [name, a, b] of steps) {
    world.trace.push(`${name} ${a} ${b}`);
    judge.try(() => payoutSteps[name](world, a, b));
    if (isOver()) break;
  }
  if (!isOver()) judge.try(() => judge.letAllBeWell(isOver));
  const { doubles, broken } = judge;
  return { doubles, broken, counts: world.counts, trace: world.trace };
}

/** How often each thing happens. */
const often: Readonly<Record<StepName, number>> = {
  bake: 12,
  reorganise: 2,
  see: 8,
  follow: 14,
  plan: 6,
  ask: 12,
  sign: 10,
  answer: 10,
  send: 10,
  settle: 8,
  askAgain: 3,
  kill: 2,
  cutPower: 2,
  fillDisk: 1,
  copy: 2,
  restore: 2,
  lose: 1,
  second: 1,
  reconcile: 7,
  payByHand: 1,
  transferByHand: 1,
  timeToLive: 1,
};

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.oneof(...Object.entries(often).map(([name, weight]) => ({ arbitrary: fc.constant(name as StepName), weight }))),
  fc.nat(1000),
  fc.nat(1000),
);

interface Wish {
  readonly runs: number;
  readonly seed: number;
  readonly untilDouble?: boolean;
  /** Plans name another recipient for a delegator now and then. */
  readonly rivals?: boolean;
  /** The first way that is found is short enough. */
  readonly anyWay?: boolean;
  readonly mostSteps?: number;
}

/** Worlds until one goes wrong; then the shortest way to it that was found. */
export function exploreWorlds(wish: Wish): PayoutOutcome & { readonly runs: number } {
  const counts: Record<string, number> = {};
  let isFound = false;
  const isBad = ({ doubles, broken }: PayoutOutcome) => doubles.length > 0 || (!wish.untilDouble && broken.length > 0);
  const property = fc.property(
    fc.constantFrom(0n, 200n),
    // The first steps of a baker, so that not every world has to find them.
    fc.array(step, { minLength: 20, maxLength: wish.mostSteps ?? 120, size: 'max' }),
    (window, steps) => {
      const outcome = play(window, [...firstSteps, ...steps], wish);
      if (!isFound)
        for (const [what, count] of Object.entries(outcome.counts)) counts[what] = (counts[what] ?? 0) + count;
      if (isBad(outcome)) isFound = true;
      return !isBad(outcome);
    },
  );
  const found = fc.check(property, { numRuns: wish.runs, seed: wish.seed, endOnFailure: wish.anyWay });
  if (!found.failed) return { doubles: [], broken: [], counts, trace: [], runs: found.numRuns };
  if (!found.counterexample) throw found.errorInstance;
  const [window, steps] = found.counterexample;
  if (found.errorInstance && !(found.errorInstance as Error).message.startsWith('Property failed')) {
    throw new Error(`after ${JSON.stringify(steps)}`, { cause: found.errorInstance });
  }
  return { ...play(window, [...firstSteps, ...steps], wish), runs: found.numRuns };
}

const firstSteps: readonly Step[] = [
  ['see', 0, 0],
  ['reconcile', 0, 0],
  ['plan', 0, 63],
];
