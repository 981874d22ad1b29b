import { ask } from '../kit/http-client';
import { decodeManager } from '../kit/manager-bytes';
import { madeSecretKey } from '../kit/secret-keys';
import { SendingWallet } from './sending-wallet';
import { type Chain, type Node, peerFlags, until, Yard } from './yard';

/** Operations of managers on a Tenderbake chain: what a payout program relies on. */
const yard = new Yard();
const wallet = new SendingWallet('payer');
const poor = new SendingWallet('poor');
const fresh = new SendingWallet('fresh');
const delegating = new SendingWallet('delegating');
const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((word) => madeSecretKey(word).address);
const baker = madeSecretKey('the baker').address;
const REJECTS = 'KT1MeySKzt4FXWb1ZKfmHLVBvhNpELsehgpb';
const TTL = 20;
let chain: Chain;
let node: Node;

beforeAll(async () => {
  const rich = { balance: '1000000000', counter: '100' };
  const accounts = {
    [wallet.address]: { ...rich, publicKey: wallet.publicKey },
    [poor.address]: { balance: '5000', counter: '7', publicKey: poor.publicKey },
    [fresh.address]: rich,
    [delegating.address]: { balance: '10000', counter: '0', publicKey: delegating.publicKey, delegate: baker },
    [alice]: { balance: '1' },
    [REJECTS]: { balance: '0', rejects: true },
  };
  chain = await yard.chain({ blockTimeMs: 150, startLevel: 100, accounts, maxOperationsTtl: TTL, seed: 'managers' });
  node = await yard.node('node', ['--synchronisation-threshold', '1', ...peerFlags(chain.peers)]);
  await until(async () => (await node.level()) > 100);
});
afterAll(() => yard.clear());

const head = '/chains/main/blocks/head';
const hashOf = (block: string) => node.get<string>(`/chains/main/blocks/${block}/hash`);
const counterOf = async (address: string) => Number(await node.get(`${head}/context/contracts/${address}/counter`));
const balanceOf = async (address: string) => Number(await node.get(`${head}/context/contracts/${address}/balance`));
const post = (path: string, body: unknown) => ask(`${node.rpc}${path}`, { method: 'POST', body: JSON.stringify(body) });
const inject = (data: string) => post('/injection/operation', data);

/** The block that holds it, the operation as that block shows it; from `level` on. */
async function included(hash: string, level: number): Promise<{ level: number; operation: any }> {
  let found: { level: number; operation: any } | undefined;
  await until(async () => {
    for (let at = level; at <= (await node.level()) && !found; at++) {
      const pass = await node.get<any[]>(`/chains/main/blocks/${at}/operations/3`);
      const operation = pass.find((each) => each.hash === hash);
      if (operation) found = { level: at, operation };
    }
    return found !== undefined;
  });
  return found as { level: number; operation: any };
}

async function send(from: SendingWallet, contents: Parameters<SendingWallet['signed']>[1]) {
  const level = await node.level();
  const { status, text } = await inject(from.signed(await hashOf('head'), contents));
  if (status !== 200) throw new Error(text);
  return { hash: JSON.parse(text) as string, level };
}

const statuses = ({ contents }: any) => contents.map(({ metadata }: any) => metadata.operation_result.status);

test('a batch is paid, and its receipt says what it cost', async () => {
  const before = await balanceOf(wallet.address);
  const counter = await counterOf(wallet.address);
  const { hash, level } = await send(
    wallet,
    wallet.transfers(counter + 1, [
      [alice, 300],
      [bob, 500],
    ]),
  );
  const { operation, level: at } = await included(hash, level);
  expect(statuses(operation)).toEqual(['applied', 'applied']);
  const [first, second] = operation.contents.map(({ metadata }: any) => metadata);
  expect(first.balance_updates).toEqual([
    { kind: 'contract', contract: wallet.address, change: '-1000', origin: 'block' },
    { kind: 'accumulator', category: 'block fees', change: '1000', origin: 'block' },
  ]);
  expect(second.operation_result).toMatchObject({ allocated_destination_contract: true });
  expect(second.operation_result.balance_updates.at(-1)).toEqual(
    { kind: 'burned', category: 'storage fees', change: '64250', origin: 'block' }, // 257 bytes of 250 mutez
  );
  expect(await balanceOf(wallet.address)).toBe(before - 2000 - 800 - 64250);
  expect(await balanceOf(bob)).toBe(500);
  expect(await counterOf(wallet.address)).toBe(counter + 2);
  // As tzgo looks it up: list and place by the hashes, then the operation itself.
  const hashes = await node.get<string[][]>(`/chains/main/blocks/${at}/operation_hashes`);
  expect(hashes).toHaveLength(4);
  expect(await node.get(`/chains/main/blocks/${at}/operations/3/${hashes[3].indexOf(hash)}`)).toEqual(operation);
});

test('one content fails: nothing is paid, those before it are backtracked, those after skipped, the fees are gone', async () => {
  const before = await balanceOf(wallet.address);
  const counter = await counterOf(wallet.address);
  const { hash, level } = await send(
    wallet,
    wallet.transfers(counter + 1, [
      [alice, 10],
      [REJECTS, 10],
      [alice, 10],
    ]),
  );
  const { operation } = await included(hash, level);
  expect(statuses(operation)).toEqual(['backtracked', 'failed', 'skipped']);
  expect(operation.contents[1].metadata.operation_result.errors[0].id).toContain('script_rejected');
  expect(await balanceOf(wallet.address)).toBe(before - 3000);
  expect(await counterOf(wallet.address)).toBe(counter + 3);
});

test('an allocation without room for it is backtracked', async () => {
  const counter = await counterOf(wallet.address);
  const [content] = wallet.transfers(counter + 1, [[carol, 10]]);
  const { hash, level } = await send(wallet, [{ ...content, storage_limit: '256' }]);
  const { operation } = await included(hash, level);
  const { status, errors } = operation.contents[0].metadata.operation_result;
  expect([status, errors[0].id]).toEqual(['backtracked', 'proto.025-PsUshuai.storage_exhausted.operation']);
  expect(await counterOf(carol)).toBeGreaterThan(1_000_000); // nobody: the counter of all accounts together
});

test('counter, key, signature, branch, fee, form: a node refuses what no block could hold', async () => {
  const branch = await hashOf('head');
  const counter = await counterOf(wallet.address);
  const transfer = (at: number, fee = '1000') => [
    wallet.content({ destination: alice, amount: '5', counter: String(at), fee }),
  ];
  const refusal = async (data: string) => {
    const { status, text } = await inject(data);
    return status === 200 ? 'taken' : text;
  };
  expect(await refusal(wallet.signed(branch, transfer(counter)))).toContain('contract.counter_in_the_past');
  expect(await refusal(wallet.signed(branch, transfer(counter + 2)))).toContain('contract.counter_in_the_future');
  expect(await refusal(wallet.signed(branch, transfer(counter + 1, '1')))).toContain('prefilter.fees_too_low');
  expect(await refusal(fresh.signed(branch, fresh.transfers(101, [[alice, 1]])))).toContain('contract.unrevealed_key');
  const [first, second] = [...transfer(counter + 1), ...transfer(counter + 3)];
  expect(await refusal(wallet.signed(branch, [first, second]))).toContain('inconsistent_counters');
  const forged = wallet.signed(branch, transfer(counter + 1)).replace(/..$/, (last) => (last === '00' ? '01' : '00'));
  expect(await refusal(forged)).toContain('operation.invalid_signature');
  const old = await hashOf(String((await node.level()) - TTL - 4));
  expect(await refusal(wallet.signed(old, transfer(counter + 1)))).toContain('too old');
  expect(await refusal(`${branch}00`)).toContain('parse');
  expect(await refusal(`${wallet.signed(branch, transfer(counter + 1)).slice(0, -130)}`)).not.toBe('taken');
});

test('a reveal comes first, once', async () => {
  const { hash, level } = await send(fresh, [fresh.reveal(101), ...fresh.transfers(102, [[alice, 1]])]);
  expect(statuses((await included(hash, level)).operation)).toEqual(['applied', 'applied']);
  expect(await node.get(`${head}/context/contracts/${fresh.address}/manager_key`)).toBe(fresh.publicKey);
  const again = await send(fresh, [fresh.reveal(103)]);
  const { operation } = await included(again.hash, again.level);
  expect(operation.contents[0].metadata.operation_result.errors[0].id).toContain('previously_revealed_key');
});

test('one operation of a manager waits; another one takes its place only for more fees', async () => {
  await chain.control({ censored: [wallet.address] });
  const counter = (await counterOf(wallet.address)) + 1;
  const branch = await hashOf('head');
  const offer = (amount: string, fee: string) =>
    wallet.signed(branch, [wallet.content({ destination: alice, amount, fee, counter: String(counter) })]);
  const [slow, rival, better] = [offer('1', '1000'), offer('2', '1040'), offer('3', '1100')];
  const first = await inject(slow);
  expect(first.status).toBe(200);
  expect(await inject(slow)).toEqual(first); // it is known
  expect((await inject(rival)).text).toContain('prevalidation.operation_conflict');
  expect((await inject(better)).status).toBe(200);
  const { validated } = await node.get('/chains/main/mempool/pending_operations');
  expect(validated.map(({ contents }: any) => contents[0].amount)).toEqual(['3']);
  await chain.control({ censored: [] });
  await until(async () => (await counterOf(wallet.address)) === counter);
});

test('an operation that nobody includes is gone when its branch is too old, and its counter is free', async () => {
  await chain.control({ censored: [wallet.address] });
  const counter = await counterOf(wallet.address);
  const { hash } = await send(wallet, wallet.transfers(counter + 1, [[alice, 1]]));
  const isWaiting = async () =>
    JSON.stringify(await node.get('/chains/main/mempool/pending_operations')).includes(hash);
  expect(await isWaiting()).toBe(true);
  await until(async () => !(await isWaiting()));
  await chain.control({ censored: [] });
  expect(await counterOf(wallet.address)).toBe(counter);
  const next = await send(wallet, wallet.transfers(counter + 1, [[alice, 2]]));
  await included(next.hash, next.level);
});

test('a reorganisation puts an operation back into the mempool, and it is included once more, once', async () => {
  const counter = await counterOf(wallet.address);
  const { hash, level } = await send(wallet, wallet.transfers(counter + 1, [[alice, 7]]));
  const first = await included(hash, level);
  const blockBefore = await hashOf(String(first.level));
  await chain.control({ halt: true });
  const depth = (await chain.state()).head.level - first.level + 1;
  await chain.control({ halt: false, reorg: depth });
  await until(async () => (await hashOf(String(first.level))) !== blockBefore);
  const second = await included(hash, first.level);
  expect(second.level).toBeGreaterThan(first.level);
  expect(await counterOf(wallet.address)).toBe(counter + 1);
});

test('an emptied account is gone: no key, no balance, the counter of all accounts together; one that delegates cannot be emptied', async () => {
  const { hash, level } = await send(poor, poor.transfers(8, [[alice, 4000]]));
  expect(statuses((await included(hash, level)).operation)).toEqual(['applied']);
  const path = `${head}/context/contracts/${poor.address}`;
  expect(await balanceOf(poor.address)).toBe(0);
  expect(await node.get(`${path}/manager_key`)).toBeNull();
  expect(await counterOf(poor.address)).toBeGreaterThan(1_000_000);
  expect(await node.get(`${head}/context/raw/json/contracts/index/${poor.address}`)).toEqual({});
  const stays = await send(delegating, delegating.transfers(1, [[alice, 9000]]));
  const { operation } = await included(stays.hash, stays.level);
  expect(operation.contents[0].metadata.operation_result.errors[0].id).toContain('empty_implicit_delegated_contract');
  expect(await node.get(`${head}/context/contracts/${delegating.address}/delegate`)).toBe(baker);
  expect((await ask(`${node.rpc}${head}/context/contracts/${wallet.address}/delegate`)).status).toBe(404);
});

test('a simulation checks all but the signature, and forging gives the bytes that are signed', async () => {
  const counter = await counterOf(wallet.address);
  const branch = await hashOf('head~2');
  const contents = wallet.transfers(counter + 1, [[alice, 5]]);
  const signature = 'sigS1KZ5tdSAsXhmwaMGkdnkhVLDYe3pVmMrQmCwYpxLyEezZhKNVKXMVVCRvAsRYvGoPHUDbfZCU9CvGaU8adyagLbLFnKN';
  const simulate = (operation: object) =>
    post(`${head}/helpers/scripts/simulate_operation`, { operation, chain_id: 'NetXdQprcVkpaWU', latency: 5 });
  const run = (operation: object) =>
    post(`${head}/helpers/scripts/run_operation`, { operation, chain_id: 'NetXdQprcVkpaWU' });
  const { contents: results } = JSON.parse((await simulate({ branch, contents, signature })).text);
  expect(results[0].metadata.operation_result).toMatchObject({ status: 'applied', consumed_milligas: '269000' });
  const wrong = wallet.transfers(counter + 2, [[alice, 5]]);
  for (const asked of [simulate, run]) {
    const { status, text } = await asked({ branch, contents: wrong, signature });
    expect([status, JSON.parse(text)[0].id]).toEqual([500, 'proto.025-PsUshuai.contract.counter_in_the_future']);
  }
  const forged = JSON.parse((await post(`${head}/helpers/forge/operations`, { branch, contents })).text);
  expect(wallet.signed(branch, contents).startsWith(forged)).toBe(true);
  expect(decodeManager(wallet.signed(branch, contents), true)).toMatchObject({ branch, contents });
  expect(await counterOf(wallet.address)).toBe(counter);
});

test('blocks say how old an operation may be, and a node whose answer is lost has taken it', async () => {
  expect((await node.get(`${head}/metadata`)).max_operations_ttl).toBe(TTL);
  expect((await node.get(`${head}/context/constants`)).max_operations_time_to_live).toBe(TTL);
  const levels = await node.get(`${head}/helpers/levels_in_current_cycle?offset=0`);
  expect(levels).toEqual({ first: 1, last: 14_400 });
  await chain.control({ nodeFaults: [{ node: 'public', losesInjectionAnswers: true }] });
  await until(async () => (await chain.state()).serial > 1);
  const counter = await counterOf(wallet.address);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await expect(send(wallet, wallet.transfers(counter + 1, [[alice, 11]]))).rejects.toThrow();
  await chain.control({ nodeFaults: [] });
  await until(async () => (await counterOf(wallet.address)) === counter + 1);
});

test('a node that lags goes on answering, and catches up', async () => {
  await chain.control({ nodeFaults: [{ node: 'public', lags: true }] });
  const level = await node.level();
  await until(async () => (await chain.state()).head.level > level + 4);
  expect(await node.level()).toBeLessThan(level + 3);
  await chain.control({ nodeFaults: [] });
  await until(async () => (await node.level()) > level + 4);
});
