import { encode, encodings } from '../../../model/tezos/base58check';
import { ForgetfulDisk } from './forgetful-disk';
import { BAKER, type ChainOperation, operationOf, transfer, WALLET } from './payout-chain';
import { ModelGuard, type ModelRow } from './payout-model';
import { reconcile } from './payout-person';
import type { PayoutWorld } from './payout-world';
import { CHAIN_ID, WorldWallet } from './world-wallet';

export type StepName =
  | 'bake'
  | 'reorganise'
  | 'see'
  | 'follow'
  | 'plan'
  | 'ask'
  | 'sign'
  | 'answer'
  | 'send'
  | 'settle'
  | 'askAgain'
  | 'kill'
  | 'cutPower'
  | 'fillDisk'
  | 'copy'
  | 'restore'
  | 'lose'
  | 'second'
  | 'reconcile'
  | 'payByHand'
  | 'transferByHand'
  | 'timeToLive';
/** With two numbers that say how. */
export type Step = readonly [name: StepName, a: number, b: number];
type Act = (world: PayoutWorld, a: number, b: number) => void;

const pick = <T>(all: readonly T[], number: number): T | undefined => all[number % Math.max(1, all.length)];
const walletOf = (world: PayoutWorld, number: number) => pick(world.wallets, number) as WorldWallet;

export const payoutSteps: Readonly<Record<StepName, Act>> = {
  bake: (world, a, b) => {
    const fitting = [...world.released.values()].filter((each) => world.chain.canInclude(each));
    const operation = a % 4 === 0 ? undefined : pick(fitting, a);
    const failing = b % 3 === 0 && operation ? b % operation.contents.length : undefined;
    world.chain.bake(operation, failing);
    if (operation) world.count(failing === undefined ? 'applied' : 'failed');
  },
  reorganise: (world, a) => world.chain.reorganise(1 + (a % 2)),
  see: (world) => {
    world.nodeFinal = world.chain.final;
  },
  follow: (world, a) => {
    const { core, model } = walletOf(world, a);
    for (let left = 1 + (a % 5); left > 0 && core.position && core.position.level < world.nodeFinal; left--) {
      const level = core.position.level + 1;
      try {
        core.finalBlock(world.chain.finalBlock(level));
      } catch (error) {
        if (!(error as Error).message.includes('ENOSPC')) throw error;
        return;
      }
      model.see(world.chain.at(level));
    }
  },
  plan: (world, a, b) => {
    const wallet = walletOf(world, a);
    const names = world.rows.filter((_, at) => (b >> at) & 1).map(({ name }) => name);
    const answer = wallet.core.plan(posted(world, names), world.chain.head.timeMs);
    if ('refused' in answer) return;
    world.count('plans');
    wallet.model.take(names);
    world.files.push(answer.rows.filter(({ status }) => status === 'open').map((each) => nameOf(each)));
  },
  ask: (world, a, b) => {
    const operation = wanted(world, a, b);
    if (operation) ask(world, walletOf(world, a), operation);
  },
  sign: (world, a, b) => {
    const { requests } = walletOf(world, a);
    const request = pick(
      requests.filter(({ signature }) => !signature),
      b,
    );
    if (request) requests[requests.indexOf(request)] = { ...request, signature: `sig${++world.signatures}` };
  },
  answer: (world, a, b) => {
    const wallet = walletOf(world, a);
    const request = pick(
      wallet.requests.filter(({ signature }) => signature),
      b,
    );
    if (!request) return;
    wallet.requests = wallet.requests.filter((each) => each !== request);
    const answer = wallet.core.signed(request.id, request.signature as string, world.chain.head.timeMs);
    const isWritten = !('refused' in answer) || answer.refused !== 'journal-not-written';
    const known = wallet.model.known(request.operation);
    if (known && isWritten) known.isSigned = true;
    if ('signature' in answer) release(world, request.operation);
  },
  /** Asked, signed and answered, and perhaps in a block, with nothing in between. */
  send: (world, a, b) => {
    payoutSteps.ask(world, a, b);
    payoutSteps.sign(world, a, 0);
    payoutSteps.answer(world, a, 0);
    if (a % 2) payoutSteps.bake(world, 4 * a + 1, b);
  },
  /** All blocks that there are become final, and are read. */
  settle: (world, a) => {
    world.chain.bake();
    world.chain.bake();
    payoutSteps.see(world, 0, 0);
    for (let left = 4; left > 0; left--) payoutSteps.follow(world, a - (a % 5) + 4, 0);
  },
  askAgain: (world, a, b) => {
    const wallet = walletOf(world, a);
    const known = pick(wallet.model.operations, b);
    if (known) ask(world, wallet, known.operation);
  },
  kill: (world, a) => {
    const wallet = walletOf(world, a);
    wallet.restart();
    standAgain(world, wallet);
  },
  cutPower: (world, a, b) => {
    const wallet = walletOf(world, a);
    wallet.disk.cutPower((b % 5) / 4);
    wallet.restart();
    standAgain(world, wallet);
  },
  fillDisk: (world, a, b) => {
    walletOf(world, a).disk.free = b % 2 === 0 ? Number.POSITIVE_INFINITY : b % 400;
  },
  copy: (world, a) => {
    const { disk, model } = walletOf(world, a);
    world.copies.push({ disk: disk.copy, model: model.copy });
  },
  restore: (world, a, b) => {
    const copy = pick(world.copies, b);
    if (!copy) return;
    world.count('restored');
    const wallet = walletOf(world, a);
    wallet.put(copy.disk.copy, copy.model.copy);
    standAgain(world, wallet);
  },
  lose: (world, a) => {
    world.count('lost');
    walletOf(world, a).put(new ForgetfulDisk(), new ModelGuard(world.rows));
  },
  second: (world, _, b) => {
    const copy = pick(world.copies, b);
    if (!copy || world.wallets.length > 1) return;
    world.count('second guards');
    const [{ config }] = world.wallets;
    world.wallets.push(new WorldWallet(config, copy.disk.copy, copy.model.copy));
    standAgain(world, world.wallets[1]);
    for (const wallet of world.wallets) wallet.isIntact = false;
  },
  reconcile: (world, a, b) => {
    const wallet = walletOf(world, a);
    if (wallet.model.isStopped || b % 5 === 0) reconcile(world, wallet);
  },
  /** The baker pays a row from the baker's account, and says so at once. */
  payByHand: (world, a, b) => {
    const row = pick(world.rows, b);
    const wallet = walletOf(world, a);
    const isFull = Number.isFinite(wallet.disk.free);
    if (!row || isFull || wallet.model.live.length > 0 || !mayPayByHand(world, row)) return;
    world.count('paid by hand');
    world.byHand.add(row.name);
    reconcile(world, wallet);
  },
  /** Somebody uses the wallet by hand, perhaps to pay a row. */
  transferByHand: (world, a, b) => {
    const { chain } = world;
    const row = b % 2 ? pick(world.rows, a) : undefined;
    if (row && !mayPayByHand(world, row)) return;
    const to = row
      ? transfer(chain.head.counter + 1n, row.recipient, row.amount)
      : transfer(chain.head.counter + 1n, BAKER, 1n);
    world.count('by hand');
    for (const wallet of world.wallets) wallet.isIntact = false;
    chain.bake(operationOf(chain.head.hash, chain.head.counter + 1n, [to]), undefined, row ? [row.name] : []);
  },
  timeToLive: (world, a) => {
    world.chain.operationsTtl = 4 + (a % 3);
  },
};

/** A guard that starts reads the blocks again that its journal does not have: nothing has happened in them. */
export function standAgain(world: PayoutWorld, { core, model }: WorldWallet): void {
  if (core.position) model.block = world.chain.at(core.position.level);
}

/** Nobody pays by hand what may still be paid by an operation: see docs/payouts.md. */
function mayPayByHand(world: PayoutWorld, { claim }: ModelRow): boolean {
  const names = world.rows.filter((row) => row.claim === claim).map(({ name }) => name);
  const asked = world.wallets.flatMap(({ model }) => model.operations.map(({ operation }) => operation));
  const all = [...world.released.values(), ...asked];
  const isHeld = all.some(
    (each) =>
      world.chain.mayStillInclude(each) &&
      (world.linesOf.get(each.bytes) ?? []).flat().some((name) => names.includes(name)),
  );
  return !isHeld && world.judge.timesPaid(claim) === 0;
}

export function posted(world: PayoutWorld, names: readonly string[]) {
  const rows = world.rows
    .filter(({ name }) => names.includes(name))
    .map(({ name, amount }) => {
      const [cycle, kind, delegator, recipient] = name.split('/');
      return { cycle: Number(cycle), kind, delegator, recipient, amount: String(amount) };
    });
  return { chainId: CHAIN_ID, wallet: WALLET, baker: BAKER, rows, leftOut: [] };
}

/** A block of another chain. */
const UNKNOWN = encode(new Uint8Array(32).fill(255), encodings.blockHash);

/** What an engine makes of a file: some of its lines, or what no honest engine would make. */
function wanted(world: PayoutWorld, a: number, b: number): ChainOperation | undefined {
  const { chain, rows } = world;
  const file = world.files[world.files.length - 1 - (a % 7 === 0 ? b % world.files.length : 0)];
  if (!file) return undefined;
  const lines = [...new Set(rows.filter(({ name }) => file.includes(name)).map(({ line }) => line))];
  const chosen = lines.filter((_, at) => a % 3 === 0 || (b >> at) & 1);
  const known = [...chain.blocks].reverse();
  const branch = a % 17 === 0 ? UNKNOWN : (known[a % 5 === 0 ? b % known.length : a % 2] ?? chain.head).hash;
  const counters = [
    chain.head.counter,
    chain.head.counter,
    chain.head.counter,
    chain.at(chain.final).counter,
    chain.head.counter + 1n,
  ];
  const first = (pick(counters, a >> 3) as bigint) + 1n;
  const contents = chosen.map((line, at) => {
    const own = rows.filter((row) => row.line === line && file.includes(row.name));
    const most = own.reduce((sum, { amount }) => sum + amount, 0n);
    const fee = own[0].window > 0n ? BigInt((a * b) % Number(own[0].window + 1n)) : 0n;
    const lie = a % 11 === 0 ? 1n : a % 13 === 0 ? -1n : 0n;
    const more = b % 4 === 0 ? { storage_limit: '5' } : {};
    return transfer(first + BigInt(at), own[0].recipient, most - fee + lie, more);
  });
  return contents.length === 0 ? undefined : operationOf(branch, first, contents);
}

/** Asks a guard, and compares its answer with what it must be. */
export function ask(world: PayoutWorld, { core, model, requests, disk }: WorldWallet, operation: ChainOperation): void {
  const { chain, bucket } = world;
  const branchLevel = chain.levelOf(operation.branch);
  const must = model.answer(operation, branchLevel, bucket);
  const known = model.known(operation);
  const nowMs = chain.head.timeMs;
  const bytes = Buffer.from(`03${operation.bytes}`, 'hex');
  const got = core.decide({ bytes, branchLevel, newestGeneration: bucket, nowMs });
  const is = 'sign' in got ? 'sign' : 'signature' in got ? 'stored' : undefined;
  const reason = 'refused' in got ? got.refused.refused : 'hold' in got ? 'hold' : is;
  world.count(`asked: ${reason}`);
  if (is !== must && !(reason === 'journal-not-written' && Number.isFinite(disk.free))) {
    world.judge.broken.push(`the answer is ${reason}, and must be ${must}`);
  }
  if ('signature' in got) release(world, operation);
  if (!('sign' in got)) return;
  if (!known) {
    const rows = core.state.operations.get(got.id)?.contents.map((each) => each.rows) ?? [];
    world.judge.mustBeLines(rows, model);
    if (!world.linesOf.has(operation.bytes)) world.linesOf.set(operation.bytes, rows);
    const ttl = model.block?.operationsTtl ?? 0;
    model.operations.push({ operation, branchLevel: branchLevel as number, ttl, rows, fate: 'live', isSigned: false });
  }
  requests.push({ id: got.id, operation });
}

export function release(world: PayoutWorld, operation: ChainOperation): void {
  world.count('signed');
  world.released.set(operation.bytes, operation);
}

function nameOf({
  cycle,
  kind,
  delegator,
  recipient,
}: {
  cycle: number;
  kind: string;
  delegator: string;
  recipient: string;
}) {
  return [cycle, kind, delegator, recipient].join('/');
}
