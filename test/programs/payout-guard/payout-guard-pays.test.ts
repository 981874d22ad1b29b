import { payoutGuardMetrics } from '../../../programs/payout-guard/payout-guard.contract';
import { ed25519Key, signatureBytes, verifies } from '../../stand-ins/kit/secret-keys';
import { insteadOfIt } from '../home';
import { until } from '../temporary';
import { ann, baker, bob, cleo, PayoutWorld, planned, row, wallet } from './payout-guard-world';

test('a row is paid once: planned, signed, injected, included, final, and then kept in the bucket', async () => {
  const world = await planned([row(ann, 1_000_000n), row(bob, 2_000_000n)]);
  const bytes = world.operation([
    [ann, 1_000_000n],
    [bob, 2_000_000n],
  ]);
  const [status, { signature }] = await world.sign(bytes);
  expect(status).toBe(200);
  expect(verifies(wallet.publicKey, Buffer.from(bytes), signatureBytes(signature))).toBe(true);
  expect(await world.sign(bytes)).toEqual([200, { signature }]);
  const [injected, hash] = await world.inject(bytes, signature);
  expect(injected).toBe(200);
  const statuses = async () =>
    (await world.asked('records', `/records/${baker.address}/12`))[1].map((each: any) => each.status);
  expect(await statuses()).toEqual(['signed', 'signed']);
  world.node.bake(1);
  world.node.bake(1);
  await world.settled();
  expect(await statuses()).toEqual(['signed', 'signed']); // included, and not final
  world.node.bake(1);
  await world.settled();
  const [, records] = await world.asked('records', `/records/${baker.address}/12`);
  expect(records).toEqual([
    expect.objectContaining({
      recipient: ann,
      status: 'paid',
      hash,
      paid: { amount: '1000000', fee: '500', burnt: '0' },
    }),
    expect.objectContaining({
      recipient: bob,
      status: 'paid',
      hash,
      paid: { amount: '2000000', fee: '500', burnt: '64250' },
    }),
  ]);
  await until('it is in the bucket', () => [...world.kept.objects.keys()].some((name) => name.includes(hash)));
  expect(await world.sign(world.operation([[ann, 1_000_000n]]))).toEqual([
    403,
    expect.objectContaining({ refused: 'no-line' }),
  ]);
});

test('an operation that follows one that is included is signed as soon as that one is final', async () => {
  const world = await planned([row(ann, 1_000_000n), row(bob, 2_000_000n)]);
  const first = world.operation([[ann, 1_000_000n]]);
  const [, { signature }] = await world.sign(first);
  await world.inject(first, signature);
  world.node.bake(1);
  let isAnswered = false;
  const second = world.sign(world.operation([[bob, 2_000_000n]])).finally(() => (isAnswered = true));
  world.node.bake(1);
  await world.settled();
  expect(isAnswered).toBe(false);
  world.node.bake(1);
  expect((await second)[0]).toBe(200);
});

test('what is not in a plan is not signed, whatever it is, and the public key is told to anybody', async () => {
  const world = await planned([row(ann, 1_000_000n)]);
  const refusedFor = async (bytes: Uint8Array) => (await world.sign(bytes))[1].refused;
  expect(await refusedFor(world.operation([[ann, 999_999n]]))).toBe('no-line');
  expect(await refusedFor(world.operation([[cleo.address, 1_000_000n]]))).toBe('no-line');
  expect(await refusedFor(world.operation([[ann, 1_000_000n]], 1n))).toBe('counter-not-next');
  expect(await refusedFor(Uint8Array.of(0x11, 1, 2))).toBe('not-an-operation');
  expect(await world.asked('signer', `/keys/${wallet.address}`, '')).toEqual([
    403,
    expect.objectContaining({ refused: 'not-an-operation' }),
  ]);
  expect(await world.asked('signer', `/keys/${wallet.address}`)).toEqual([200, { public_key: wallet.publicKey }]);
  expect((await world.asked('signer', `/keys/${ann}`))[0]).toBe(404);
  expect((await world.asked('signer', `/keys/${ann}`, '03'))[0]).toBe(404);
  expect(await world.asked('signer', '/authorized_keys')).toEqual([200, {}]);
  expect((await world.asked('signer', '/known_keys'))[0]).toBe(404);
  expect((await world.asked('signer', '/plans', {}))[0]).toBe(404);
  const [, metrics] = await world.asked('metrics', '/metrics');
  expect(metrics).toContain(`${payoutGuardMetrics.refusals}{wallet="${wallet.address}",reason="no-line"} 2`);
});

test('before anybody has reconciled nothing is planned and nothing signed, and the keys answer', async () => {
  const world = await (await PayoutWorld.make()).start();
  expect(await world.plan([row(ann, 1n)])).toEqual([409, expect.objectContaining({ refused: 'stopped' })]);
  expect((await world.sign(world.operation([[ann, 1n]])))[1].refused).toBe('stopped');
  expect((await world.asked('signer', `/keys/${wallet.address}`))[0]).toBe(200);
  expect((await world.asked('signer', '/healthz'))[0]).toBe(200);
});

test('a guard signs nothing once another one was reconciled, nor while the bucket does not say whether one was', async () => {
  const world = await planned([row(ann, 1_000_000n)]);
  const bytes = world.operation([[ann, 1_000_000n]]);
  world.kept.fault = 503;
  expect(await world.sign(bytes)).toEqual([503, expect.objectContaining({ refused: 'generation-unknown' })]);
  world.kept.fault = undefined;
  world.kept.objects.set(`${world.node.chainId}/${wallet.address}/generations/0000000002.json`, '{"paid":[]}');
  expect(await world.sign(bytes)).toEqual([409, expect.objectContaining({ refused: 'generation-old' })]);
});

test('where the signer gives nothing the engine hears it, and the same bytes are signed when it is back', async () => {
  const world = await PayoutWorld.make();
  const { signerUrl } = world;
  await world.start({ wallets: [{ ...world.config().wallets[0], signer: 'http://127.0.0.1:1' }] });
  await world.reconcile();
  await world.plan([row(ann, 1_000_000n)]);
  const bytes = world.operation([[ann, 1_000_000n]]);
  expect(await world.sign(bytes)).toEqual([503, expect.objectContaining({ refused: 'signer-failed' })]);
  await world.stop();
  world.signerUrl = signerUrl;
  await world.start();
  expect((await world.sign(bytes))[0]).toBe(200);
});

test('an unknown branch, and a node that does not answer, keep everything from being signed', async () => {
  const world = await planned([row(ann, 1_000_000n)]);
  const bytes = world.operation([[ann, 1_000_000n]]);
  world.node.faults.set(new RegExp(`blocks/${world.node.head.hash}/header`), 404);
  expect((await world.sign(bytes))[1].refused).toBe('branch-unknown');
  world.node.faults.clear();
  world.node.faults.set(/./, 500);
  expect(await world.sign(bytes)).toEqual([503, expect.objectContaining({ refused: 'node-failed' })]);
});

test('a guard that is ended first finishes what the signer was asked for, and holds nobody longer', async () => {
  const world = await planned([row(ann, 1_000_000n), row(bob, 1n)]);
  const first = world.operation([[ann, 1_000_000n]]);
  const [, { signature }] = await world.sign(first);
  await world.inject(first, signature);
  world.node.bake(1);
  const held = world.sign(world.operation([[bob, 1n]]));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const ending = world.stop();
  expect((await held)[1]).toHaveProperty('refused');
  await ending;
});

test('a signature that is being made when the guard is ended is kept and given', async () => {
  const world = await PayoutWorld.make();
  let give: (() => void) | undefined;
  const slow = await insteadOfIt(async ({ body }) => {
    await new Promise<void>((resolve) => (give = resolve));
    const signature = ed25519Key(wallet.secretKey).sign(Buffer.from(JSON.parse(body), 'hex'));
    return { status: 200, json: { signature } };
  });
  await world.start({ wallets: [{ ...world.config().wallets[0], signer: slow.url }] });
  await world.reconcile();
  await world.plan([row(ann, 1_000_000n)]);
  const bytes = world.operation([[ann, 1_000_000n]]);
  const signing = world.sign(bytes);
  await until('the signer is asked', () => give !== undefined);
  const ending = world.stop(); // it takes nothing new from here on
  give?.();
  const signed = await signing;
  expect(signed[0]).toBe(200);
  await ending;
  await world.start();
  expect(await world.sign(bytes)).toEqual(signed);
});

test('after a start the journal goes on where it was: what was signed is known, and what was paid is paid', async () => {
  const world = await planned([row(ann, 1_000_000n)]);
  const bytes = world.operation([[ann, 1_000_000n]]);
  const [, { signature }] = await world.sign(bytes);
  await world.stop();
  await world.start();
  expect(await world.sign(bytes)).toEqual([200, { signature }]);
  await world.inject(bytes, signature);
  await world.stop();
  world.node.bake(6);
  await world.start();
  await world.settled();
  expect((await world.status()).rows).toMatchObject({ paid: 1, open: 0 });
});

test('the engine injects nothing that was not signed here, nor what was once it can be included no more', async () => {
  const world = await planned([row(ann, 1_000_000n)]);
  const bytes = world.operation([[ann, 1_000_000n]]);
  const [, { signature }] = await world.sign(bytes);
  const other = world.operation([[bob, 5n]]);
  expect(await world.inject(other, signature)).toEqual([403, expect.objectContaining({ refused: 'not-signed-here' })]);
  world.node.bake(15);
  await world.settled();
  expect((await world.inject(bytes, signature))[0]).toBe(403);
  expect((await world.status()).rows).toMatchObject({ open: 1, signed: 0 });
});

test('a plan must be of this chain and of this baker, and JSON', async () => {
  const world = await planned([]);
  const plan = { chainId: world.node.chainId, wallet: wallet.address, baker: baker.address, rows: [], leftOut: [] };
  const answers = async (posted: unknown) => (await world.asked('plan', '/plans', posted))[1].refused;
  expect(await answers({ ...plan, chainId: 'NetXnHfVqm9iesp' })).toBe('plan-other-chain');
  expect(await answers({ ...plan, baker: ann })).toBe('plan-other-baker');
  expect(await answers({ ...plan, wallet: ann })).toBe('no-such-wallet');
  expect(await answers({ ...plan, rows: [row(ann, 1n, { cycle: 9 })] })).toBe('plan-before-first-cycle');
  expect(await answers([])).toBe('no-such-wallet');
  expect((await world.asked('plan', `/rows?wallet=${wallet.address}&cycle=12`))[1]).toEqual([]);
});

test('two wallets of one guard know nothing of each other', async () => {
  const world = await PayoutWorld.make();
  const second = {
    ...world.config().wallets[0],
    address: cleo.address,
    publicKey: cleo.publicKey,
    baker: bob,
    bakerName: 'south',
  };
  await world.start({ wallets: [world.config().wallets[0], second] });
  await world.reconcile();
  await world.plan([row(ann, 1_000_000n)]);
  const bytes = world.operation([[ann, 1_000_000n]]);
  const hex = Buffer.from(bytes).toString('hex');
  expect((await world.asked('signer', `/keys/${cleo.address}`, hex))[1].refused).toBe('other-source');
  expect((await world.asked('plan', `/wallets/${cleo.address}`))[1].stopped.reason).toBe('never-reconciled');
  expect((await world.asked('plan', `/rows?wallet=${cleo.address}`))[1]).toEqual([]);
  expect((await world.sign(bytes))[0]).toBe(200);
  const [, { bakers }] = await world.asked('records', '/records');
  expect(bakers.map(({ name, cycles }: any) => [name, cycles])).toEqual([
    ['north', [12]],
    ['south', []],
  ]);
});

test('a cycle that was passed over counts as not paid, whatever later ones have paid', async () => {
  const world = await planned([row(ann, 1n), row(bob, 2n, { cycle: 14 })]);
  const paidUpTo = async () => {
    const [, text] = await world.asked('metrics', '/metrics');
    return Number(new RegExp(`^${payoutGuardMetrics.lastPaidCycle}\\{.*\\} (\\S+)$`, 'm').exec(text)?.[1]);
  };
  const pay = async (transfers: Parameters<typeof world.operation>[0]) => {
    const bytes = world.operation(transfers);
    const [, { signature }] = await world.sign(bytes);
    await world.inject(bytes, signature);
    world.node.bake(4);
    await world.settled();
  };
  expect(await paidUpTo()).toBe(11);
  await pay([
    [ann, 1n],
    [bob, 2n],
  ]);
  expect(await paidUpTo()).toBe(12);
  await world.plan([row(cleo.address, 3n, { cycle: 13 })]);
  await pay([[cleo.address, 3n]]);
  expect(await paidUpTo()).toBe(14);
});

test('every metric of the contract is told, for every wallet, and its counters from 0 on', async () => {
  const world = await planned([]);
  const leftOut = [{ ...row(bob, 1n, { cycle: 11 }), reason: 'below the minimum' }];
  await world.plan([row(ann, 1_000_000n)], leftOut);
  await until('all are told', async () => {
    const [, text] = await world.asked('metrics', '/metrics');
    const lines = (text as string).split('\n');
    return Object.values(payoutGuardMetrics).every((name) =>
      lines.some((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `)),
    );
  });
  const [, text] = await world.asked('metrics', '/metrics');
  expect(text).toContain(`${payoutGuardMetrics.rows}{wallet="${wallet.address}",status="open"} 1`);
  expect(text).toContain(`${payoutGuardMetrics.stopped}{wallet="${wallet.address}",reason="foreign-operation"} 0`);
  expect((await world.asked('metrics', '/rows'))[0]).toBe(404);
});
