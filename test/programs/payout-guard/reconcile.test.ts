import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dialog } from '../../../programs/payout-guard/reconcile-dialog';
import type { Proposal, Word } from '../../../programs/payout-guard/reconciliation.contract';
import { until } from '../temporary';
import { ann, baker, bob, cleo, type PayoutWorld, planned, row, wallet } from './payout-guard-world';

/** A person who answers these in their order, and then what was heard and said. */
async function talk(proposal: Proposal, answers: string[]): Promise<{ word: Word | undefined; heard: string }> {
  const heard: string[] = [];
  const ask = async (question: string) => {
    heard.push(question);
    return answers.shift() ?? '';
  };
  const word = await dialog(proposal, { tell: (line) => void heard.push(line), ask });
  return { word, heard: heard.join('\n') };
}

/** What the guard shows, after `answers` recorded. */
async function reconciled(world: PayoutWorld, answers: string[]): Promise<string> {
  const proposal = await world.control.propose(wallet.address);
  const { word, heard } = await talk(proposal, answers);
  if (word) await world.control.take(wallet.address, word);
  return heard;
}

const statuses = async (world: PayoutWorld) =>
  Object.fromEntries(
    (await world.asked('plan', `/rows?wallet=${wallet.address}`))[1].map((each: any) => [each.recipient, each.status]),
  );

test('a person sees what wallet and baker have sent by hand since the last time, and says which rows it paid', async () => {
  const world = await planned([row(ann, 1_000_000n), row(bob, 2_000_000n), row(cleo.address, 3n)]);
  world.node.transfer(baker.address, bob, 2_000_000n);
  world.node.bake(1);
  world.node.transfer(wallet.address, ann, 1_000_000n);
  world.node.bake(3);
  await world.stoppedFor('foreign-operation');
  const heard = await reconciled(world, ['yes', '', 'yes', '', 'record']);
  expect(heard).toContain(`2.000000 tez from the baker to ${bob}`);
  expect(heard).toContain(`1.000000 tez from the wallet to ${ann}`);
  expect(heard).toContain('2 rows as paid');
  expect(await statuses(world)).toEqual({ [ann]: 'paid', [bob]: 'paid', [cleo.address]: 'open' });
  expect((await world.status()).generation).toBe(2);
  expect((await world.sign(world.operation([[ann, 1_000_000n]])))[1].refused).toBe('no-line');
  expect((await world.sign(world.operation([[cleo.address, 3n]])))[0]).toBe(200);
  expect(await reconciled(world, ['no'])).toContain(' 0 transfers of wallet and baker');
});

test('nothing is recorded unless the person says the word, and not what was shown before something else happened', async () => {
  const world = await planned([row(ann, 1_000_000n)]);
  world.node.transfer(wallet.address, ann, 1_000_000n);
  world.node.bake(4);
  await world.stoppedFor('foreign-operation');
  await reconciled(world, ['yes', '', 'yes']);
  expect((await world.status()).stopped.reason).toBe('foreign-operation');
  const proposal = await world.control.propose(wallet.address);
  const { word } = await talk(proposal, ['yes', '', 'record']);
  world.node.transfer(wallet.address, bob, 5n);
  world.node.bake(4);
  await world.settled();
  await expect(world.control.take(wallet.address, word as Word)).rejects.toThrow('more has happened');
  await expect(world.control.take(wallet.address, word as Word)).rejects.toThrow('run reconcile again');
  expect((await world.status()).generation).toBe(1);
});

test('what the baker sends while a person still reads is shown the next time', async () => {
  const world = await planned([row(ann, 1_000_000n), row(bob, 2_000_000n)]);
  const proposal = await world.control.propose(wallet.address);
  const { word } = await talk(proposal, ['record']);
  world.node.transfer(baker.address, bob, 2_000_000n);
  world.node.bake(4);
  await world.settled();
  await world.control.take(wallet.address, word as Word);
  expect(await reconciled(world, ['yes', '', 'record'])).toContain(`2.000000 tez from the baker to ${bob}`);
  expect(await statuses(world)).toEqual({ [ann]: 'open', [bob]: 'paid' });
});

test('the number in the bucket is raised before anything counts, so that where it cannot be nothing does', async () => {
  const world = await planned([row(ann, 1n)]);
  const proposal = await world.control.propose(wallet.address);
  const { word } = await talk(proposal, ['record']);
  world.kept.isReadOnly = true;
  await expect(world.control.take(wallet.address, word as Word)).rejects.toThrow('not taken');
  expect((await world.status()).generation).toBe(1);
  expect((await world.sign(world.operation([[ann, 1n]])))[0]).toBe(200);
});

test('a word that cannot be taken raises no number, and the guard goes on', async () => {
  const world = await planned([row(ann, 1n)]);
  const { amount: _, ...open } = row(ann, 1n);
  await expect(world.reconcile({ release: [open] })).rejects.toThrow('is not held');
  await expect(world.reconcile({ paid: [{ ...open, transfer: 3 }] })).rejects.toThrow('no transfer 3');
  expect([...world.kept.objects.keys()]).toEqual([
    `${world.node.chainId}/${wallet.address}/generations/0000000001.json`,
  ]);
  expect((await world.sign(world.operation([[ann, 1n]])))[0]).toBe(200);
});

test('after a lost journal what was final is known again from the bucket, and what the bucket lacks from the chain', async () => {
  const world = await planned([row(ann, 1_000_000n), row(bob, 2_000_000n)]);
  for (const [to, mutez] of [
    [ann, 1_000_000n],
    [bob, 2_000_000n],
  ] as const) {
    const bytes = world.operation([[to, mutez]]);
    const [, { signature }] = await world.sign(bytes);
    await world.inject(bytes, signature);
    if (to === bob) world.kept.fault = 503;
    world.node.bake(3);
    await world.settled();
    const kept = () => [...world.kept.objects.keys()].filter((name) => name.includes('/records/'));
    await until('the first one is in the bucket', () => kept().length === 1);
    const isTold = () => world.logged.some((line) => line.includes('records are not in the bucket'));
    if (to === bob) await until('the second one is not', isTold);
  }
  await world.stop();
  world.kept.fault = undefined;
  rmSync(`${world.folder}/${wallet.address}.journal`);
  await world.start();
  const refused = await world.plan([row(ann, 1_000_000n)]);
  expect(refused[1].refused).toBe('stopped');
  const heard = await reconciled(world, ['12', '', 'record']);
  expect(heard).toContain('1 rows are paid by the records in the bucket');
  expect(heard).toContain(`2.000000 tez from the wallet to ${bob}`);
  expect(heard).not.toContain(`1.000000 tez from the wallet to ${ann}`);
  // What the bucket has is not put there again: years of it in one object would be too long to be read.
  const last = JSON.parse(
    world.kept.objects.get(`${world.node.chainId}/${wallet.address}/generations/0000000002.json`) ?? '',
  );
  expect(last.paid.map(({ recipient }: any) => recipient)).toEqual([bob]);
  const [, { rows }] = await world.plan([row(ann, 1_000_000n), row(bob, 2_000_000n), row(cleo.address, 1n)]);
  expect(rows.map((each: any) => each.status)).toEqual(['paid', 'paid', 'open']);
});

test('what the bucket lacked is in it before a reconciliation counts: the next one would not show it', async () => {
  const world = await planned([row(ann, 1_000_000n)]);
  const bytes = world.operation([[ann, 1_000_000n]]);
  const [, { signature }] = await world.sign(bytes);
  await world.inject(bytes, signature);
  world.kept.fault = 503;
  world.node.bake(3);
  await world.settled();
  const isTold = () => world.logged.some((line) => line.includes('records are not in the bucket'));
  await until('its record is not in the bucket', isTold);
  world.kept.fault = undefined; // it is tried again after half a minute; a person is quicker
  await reconciled(world, ['record']);
  await world.stop();
  rmSync(`${world.folder}/${wallet.address}.journal`);
  await world.start();
  await reconciled(world, ['record']);
  expect((await world.plan([row(ann, 1_000_000n)]))[1].rows[0].status).toBe('paid');
});

/** A world whose rows were posted so many hours ago. */
async function plannedBefore(hours: number, rows: Parameters<typeof planned>[0]): Promise<PayoutWorld> {
  const now = Date.now;
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() - hours * 3_600_000);
  try {
    return await planned(rows);
  } finally {
    clock.mockRestore();
  }
}

const oldestRow = async (world: PayoutWorld) =>
  Number(
    /^payout_guard_oldest_unpaid_row_seconds\{.*\} (\S+)$/m.exec((await world.asked('metrics', '/metrics'))[1])?.[1],
  );

test('rows that nothing pays, and that page, are closed by a word: somebody has paid them elsewhere, or nobody does', async () => {
  const next = row(ann, 9n, { cycle: 13 });
  const world = await plannedBefore(5, [row(ann, 5n), row(bob, 6n), row(cleo.address, 7n), next]);
  await world.plan([next]); // which has the others no more
  expect(await oldestRow(world)).toBeGreaterThan(4 * 3600);
  const heard = await reconciled(world, ['each', 'paid', 'no', 'close', '', 'close', 'record']);
  expect(heard).toContain('3 rows of cycle 12 (0.000018 tez) are open');
  expect(heard).toContain('1 rows of cycle 13');
  expect(heard).toContain('that is none');
  expect(heard).toContain('1 rows as paid, 0 to be tried again, 2 closed.');
  const [, all] = await world.asked('plan', `/rows?wallet=${wallet.address}`);
  const fates = all.map(({ cycle, recipient, status }: any) => [cycle, recipient, status]);
  expect(fates).toEqual([
    [12, ann, 'paid'],
    [12, bob, 'left out'],
    [12, cleo.address, 'open'],
    [13, ann, 'left out'],
  ]);
  expect(await reconciled(world, ['paid', 'record'])).toContain('1 rows of cycle 12');
  expect(await oldestRow(world)).toBe(0);
  // What is paid stays so, by the bucket too, and whoever computes it again.
  expect((await world.plan([row(ann, 5n), row(cleo.address, 7n)]))[1].rows.map(({ status }: any) => status)).toEqual([
    'paid',
    'paid',
  ]);
});

test('of rows that were posted just now nobody is asked', async () => {
  const world = await plannedBefore(3, [row(ann, 5n)]);
  await world.plan([row(bob, 5n)]);
  expect(await reconciled(world, ['record'])).not.toContain('rows of cycle');
});

test('a journal of yesterday is no way to pay twice: the guard stops, and the bucket knows what was paid', async () => {
  const world = await planned([row(ann, 1_000_000n)]);
  const path = `${world.folder}/${wallet.address}.journal`;
  await world.settled();
  copyFileSync(path, `${path}.yesterday`);
  const bytes = world.operation([[ann, 1_000_000n]]);
  const [, { signature }] = await world.sign(bytes);
  await world.inject(bytes, signature);
  world.node.bake(4);
  await world.settled();
  await world.stop();
  copyFileSync(`${path}.yesterday`, path);
  await world.start();
  await world.stoppedFor('foreign-operation');
  await reconciled(world, ['record']);
  expect(await statuses(world)).toEqual({ [ann]: 'paid' });
});

test('what the bucket has as paid is paid, though the journal of yesterday has an operation for it that is dead since', async () => {
  const world = await planned([row(ann, 1_000_000n)]);
  const path = `${world.folder}/${wallet.address}.journal`;
  await world.settled();
  copyFileSync(path, `${path}.before`);
  await world.sign(world.operation([[ann, 1_000_000n]])); // and nobody sends it
  copyFileSync(path, `${path}.signed`);
  const goOnFrom = async (copy: string) => {
    await world.stop();
    copyFileSync(`${path}.${copy}`, path);
    await world.start();
  };
  await goOnFrom('before');
  world.node.bake(1);
  await world.settled();
  const bytes = world.operation([[ann, 1_000_000n]]);
  const [, { signature }] = await world.sign(bytes);
  await world.inject(bytes, signature);
  world.node.bake(4);
  await until('it is on record', () => [...world.kept.objects.keys()].some((name) => name.includes('/records/')));
  await goOnFrom('signed');
  await world.stoppedFor('foreign-operation');
  expect(await statuses(world)).toEqual({ [ann]: 'signed' });
  expect(await reconciled(world, ['record'])).toContain('1 rows are paid by the records in the bucket');
  expect(await statuses(world)).toEqual({ [ann]: 'paid' });
});

test('a person is told from where on our node shows blocks, and a line of words that are none is asked again', async () => {
  const world = await planned([row(ann, 1n)]);
  world.node.bake(20);
  world.node.transfer(baker.address, bob, 7n);
  world.node.bake(4);
  await world.settled();
  world.node.savepoint = world.node.head.level - 8;
  const heard = await reconciled(world, ['soon', '12/fee income', '', 'record']);
  expect(heard).toContain(`NOTHING BEFORE LEVEL ${world.node.savepoint} IS SHOWN HERE`);
  expect(heard).toContain('that is none');
  expect(heard).toContain('1 rows as paid');
});

test('of an operation with many transfers one answer may do for all of them, where it is plain what each has paid', async () => {
  const row = (recipient: string, amount: string, cycle = 12) => ({
    ...{ cycle, kind: 'delegator reward' as const, delegator: recipient, recipient, amount },
  });
  const transfer = (to: string, amount: string, rows: object[], hash = 'oo1') =>
    ({ level: 5, hash, from: 'wallet', to, amount, rows }) as Proposal['transfers'][number];
  const proposal = {
    ...{ id: 'i', status: {}, block: { level: 9, hash: 'B', timeMs: 0 }, counter: '1', balance: '1' },
    ...{ shownFrom: 1, wantedFrom: 1, foreign: [], recipients: [], restored: 0, unseen: [], held: [], waiting: [] },
  } as unknown as Proposal;
  const transfers = [
    transfer('a', '5', [row('a', '5')]),
    transfer('b', '6', [row('b', '6'), row('b', '7', 13)]),
    transfer('c', '6', [row('c', '6'), row('c', '6', 13)]), // which of the two nobody can tell: asked
    transfer('d', '8', [row('d', '9')]), // nothing is as much: asked
    transfer('e', '5', [row('e', '5')], 'oo2'), // another operation: asked
  ];
  const { word } = await talk({ ...proposal, transfers }, ['all', 'no', 'yes', '', 'no', '', 'no', '', 'record']);
  expect(word?.paid.map(({ cycle, recipient, transfer: at }) => [cycle, recipient, at])).toEqual([
    [12, 'a', 0],
    [12, 'b', 1],
    [13, 'c', 2],
  ]);
  const unknown = [ann, bob].map((to) => transfer(to, '5', []));
  const { word: other } = await talk({ ...proposal, transfers: unknown }, ['soon all', '14 all', 'record']);
  expect(other?.paid.map(({ cycle, delegator }) => [cycle, delegator])).toEqual([
    [14, ann],
    [14, bob],
  ]);
  // Who is paid instead of another may have had the other's reward, or its own: nobody but the person can tell.
  const recipients = [{ delegator: cleo.address, recipient: bob }];
  const answers = ['14 all', '14', '14/delegator reward/', `14/delegator reward/${cleo.address}`, '', 'record'];
  const { word: last, heard } = await talk({ ...proposal, recipients, transfers: unknown }, answers);
  expect(heard).toContain(`it may be for ${cleo.address}`);
  expect(last?.paid.map(({ cycle, delegator, recipient }) => [cycle, delegator, recipient])).toEqual([
    [14, ann, ann],
    [14, cleo.address, bob],
  ]);
  const { word: twice } = await talk({ ...proposal, transfers: [ann, ann].map((to) => transfer(to, '5', [])) }, [
    ...['14 all', '', 'record'],
  ]);
  expect(twice?.paid).toHaveLength(1);
});

test('a journal that is damaged is ended by no word: nobody is asked, and no number is raised', async () => {
  const world = await planned([row(ann, 1n)]);
  await world.settled();
  await world.stop();
  const path = `${world.folder}/${wallet.address}.journal`;
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, `${text[0] === 'x' ? 'y' : 'x'}${text.slice(1)}`);
  await world.start();
  await expect(world.control.propose(wallet.address)).rejects.toThrow('move the file away');
  expect(world.kept.objects.size).toBe(1);
});
