import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { ask, TimedOut } from '../../../programs/runtime/ask-http';
import { voteHex } from '../asked-bytes';
import { get, home, Node, openGuard, run, said, sign, tap } from '../guard-and-homes';
import { insteadOfIt, key } from '../home';
import { until } from '../temporary';

const nodeThatRuns = () => new Node().start();
const SIGNATURE = `edsig${'1'.repeat(95)}`;

/** A device that answers when it is told to, and counts how often it was asked. */
async function device(answer: { status: number; text: string } | 'nothing' = 'nothing') {
  const state = { asked: 0, answer, waiting: [] as (() => void)[] };
  const standIn = await insteadOfIt(async () => {
    state.asked++;
    if (state.answer === 'nothing') await new Promise<void>((resolve) => state.waiting.push(resolve));
    return state.answer === 'nothing' ? { status: 200, json: { signature: SIGNATURE } } : state.answer;
  });
  return { state, standIn };
}

const signing = { status: 200, text: JSON.stringify({ signature: SIGNATURE }) };

test('a device that is silent costs its mark: nobody else is asked, nor this one again, and a late signature is nobody’s', async () => {
  const node = await nodeThatRuns();
  const left = await device();
  const right = await device(signing);
  const homes = [await home('left', left.standIn), await home('right', right.standIn)];
  const open = await openGuard(node, homes);
  const level = node.level + 1;
  const [status, why] = await sign(open, { level });
  expect([status, why]).toEqual([504, 'left: the device has not answered in time']);
  for (const resolve of left.state.waiting.splice(0)) resolve();
  expect(await sign(open, { level })).toEqual([409, 'at or below its mark']);
  expect([left.state.asked, right.state.asked]).toEqual([1, 0]);
});

test('a device that is locked is not waited for: the other one signs the same request', async () => {
  const node = await nodeThatRuns();
  const left = await device({ status: 403, text: 'locked' });
  const right = await device(signing);
  const open = await openGuard(node, [await home('left', left.standIn), await home('right', right.standIn)]);
  expect(await sign(open, { level: node.level + 1 })).toEqual([200, SIGNATURE]);
  expect([left.state.asked, right.state.asked]).toEqual([1, 1]);
  await until(
    'the guard knows',
    async () => (await said(open)).signers[0].keys[key.address] === 'the device is locked',
  );
});

test('a device that its agent has seen locked is not even asked', async () => {
  const node = await nodeThatRuns();
  const left = await device(signing);
  const right = await device(signing);
  const closed = { device: { urls: { [key.address]: 'tcp://127.0.0.1:1/closed' } } };
  const homes = [await home('left', left.standIn, closed), await home('right', right.standIn)];
  const open = await openGuard(node, homes);
  expect(await sign(open, { level: node.level + 1 })).toEqual([200, SIGNATURE]);
  expect([left.state.asked, right.state.asked]).toEqual([0, 1]);
  expect((await said(open)).signers[0].keys[key.address]).toMatch(/^the device is locked/);
});

test('after two silent requests in a row the next one is signed by another device', async () => {
  const node = await nodeThatRuns();
  const left = await device();
  const right = await device(signing);
  const open = await openGuard(node, [await home('left', left.standIn), await home('right', right.standIn)]);
  const asked = await Promise.all([1, 2, 3].map((round) => sign(open, { level: node.level + 1, round })));
  expect(asked[0][0]).toBe(504);
  expect(await sign(open, { level: node.level + 2 })).toEqual([200, SIGNATURE]);
});

test('if every device is locked, the baker hears so, and the slot is spent', async () => {
  const node = await nodeThatRuns();
  const left = await device({ status: 403, text: 'locked' });
  const open = await openGuard(node, [await home('left', left.standIn)]);
  const level = node.level + 1;
  expect((await sign(open, { level }))[0]).toBe(503);
  left.state.answer = signing;
  expect(await sign(open, { level })).toEqual([409, 'at or below its mark']);
});

test('a machine at home that has died is passed over at once', async () => {
  const node = await nodeThatRuns();
  const left = await home('left');
  const open = await openGuard(node, [left, await home('right')]);
  await left.stop();
  expect((await sign(open, { level: node.level + 1 }))[0]).toBe(200);
});

test('a device that knows of a signature of which the guard does not: nobody else is asked, and people are told', async () => {
  const node = await nodeThatRuns();
  const left = await device({ status: 409, text: 'stale' });
  const right = await device(signing);
  const open = await openGuard(node, [await home('left', left.standIn), await home('right', right.standIn)]);
  expect((await sign(open, { level: node.level + 1 }))[0]).toBe(409);
  expect([left.state.asked, right.state.asked]).toEqual([1, 0]);
  expect(open.logged).toContain('ERROR not signed: refused for its mark');
});

test('an uplink that is gone is passed over; what was lost on one is never sent on the other', async () => {
  const node = await nodeThatRuns();
  const left = await device(signing);
  const { config, signer } = await home('left', left.standIn);
  const wire = await tap(config);
  const air = await tap(config);
  const uplinks = [
    { name: 'gone', socket: '/nowhere' },
    { name: 'wire', socket: wire.socket },
    { name: 'air', socket: air.socket },
  ];
  const open = await openGuard(node, [{ config, signer: { ...signer, uplinks }, stop: async () => {} }]);
  expect(await sign(open, { level: node.level + 1 })).toEqual([200, SIGNATURE]);
  for (const way of [wire, air]) way.delay = { of: /^POST .keys/, ms: 60_000 };
  expect((await sign(open, { level: node.level + 1, round: 1 }))[0]).toBe(504);
  for (const way of [wire, air]) Object.assign(way, { delay: undefined, cut: /^POST .keys/ });
  left.state.answer = 'nothing';
  expect((await sign(open, { level: node.level + 1, round: 2 }))[0]).toBe(500);
  const sent = [...wire.heard, ...air.heard].filter((each) => each.startsWith('POST /keys'));
  expect(sent).toHaveLength(3);
});

test('a signature that arrives after the budget is released to nobody', async () => {
  const node = await nodeThatRuns();
  const { config, signer, stop } = await home('left');
  const wire = await tap(config);
  const uplinks = [{ name: 'wire', socket: wire.socket }];
  const open = await openGuard(node, [{ config, signer: { ...signer, uplinks }, stop }]);
  wire.delay = { of: /^POST \/keys/, ms: 700 };
  const level = node.level + 1;
  const first = await sign(open, { level });
  expect([first[0], /edsig/.test(first[1])]).toEqual([504, false]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await sign(open, { level })).toEqual([409, 'at or below its mark']);
});

test('whoever records what goes to an agent gets nothing for saying it again', async () => {
  const node = await nodeThatRuns();
  const left = await device(signing);
  const { config, signer, stop } = await home('left', left.standIn);
  const wire = await tap(config);
  const open = await openGuard(node, [{ config, signer: { ...signer, uplinks: [{ name: 'wire', ...wire }] }, stop }]);
  expect((await sign(open, { level: node.level + 1 }))[0]).toBe(200);
  const [request] = wire.heard.filter((each) => each.startsWith('POST /keys'));
  const replay = async (text: string) =>
    new Promise<string>((resolve) => {
      const socket = connect((config.listen as { socket: string }).socket, () => socket.write(text));
      let answer = '';
      socket.on('data', (data) => (answer += data)).on('close', () => resolve(answer));
    });
  expect(await replay(request)).toMatch(/^HTTP\/1.1 403[\s\S]*"refused":"counter"/);
  expect(await replay(request.replace(/guard-counter: \d+/i, 'guard-counter: 99'))).toMatch(/"refused":"signature"/);
  expect(left.state.asked).toBe(1);
});

test('a baker that has hung up while it waited has spent nothing', async () => {
  const node = await nodeThatRuns();
  const left = await device();
  const { config, signer, stop } = await home('left', left.standIn);
  const wire = await tap(config);
  const open = await openGuard(node, [{ config, signer: { ...signer, uplinks: [{ name: 'wire', ...wire }] }, stop }]);
  wire.delay = { of: /^POST .keys/, ms: 5000 };
  const level = node.level + 1;
  const first = sign(open, { level });
  await until('the device is asked', () => left.state.asked === 1);
  const baker = {
    method: 'POST',
    path: `/keys/${key.address}`,
    body: JSON.stringify(voteHex({ level: level + 1 })),
  } as const;
  await expect(ask({ url: `http://127.0.0.1:${open.port}` }, { ...baker, timeoutMs: 50 })).rejects.toThrow(TimedOut);
  await first;
  wire.delay = undefined;
  for (const resolve of left.state.waiting.splice(0)) resolve();
  left.state.answer = signing;
  await until('it signs', async () => (await sign(open, { level: level + 1 }))[0] === 200);
});

test('a guard that is told to end signs nothing more, and what is at a device yet gets its signature', async () => {
  const node = await nodeThatRuns();
  const left = await device();
  const open = await openGuard(node, [await home('left', left.standIn)]);
  const asked = sign(open, { level: node.level + 1 });
  await until('the device is asked', () => left.state.asked === 1);
  const ended = open.stop();
  const late = sign(open, { level: node.level + 1, kind: 'preattestation' });
  for (const resolve of left.state.waiting.splice(0)) resolve();
  expect(await asked).toEqual([200, SIGNATURE]);
  expect(await late).toEqual([503, 'not open']);
  await ended;
  expect(left.state.asked).toBe(1);
});

test('a home that was without power comes back by itself, though its device is marked as high as the guard signed with it', async () => {
  const node = await nodeThatRuns();
  const left = await home('left');
  const open = await openGuard(node, [left, await home('right')]);
  const { floor } = await said(open);
  expect((await sign(open, { level: node.level + 2 }))[0]).toBe(200);
  await left.stop();
  rmSync(left.config.runFolder, { recursive: true });
  await run(left.config);
  const sessionIsNew = async () => (await said(open)).signers.every(({ isUsable }: any) => isUsable);
  await until('it is away', async () => !(await sessionIsNew()));
  await until('it is back', sessionIsNew);
  expect(await said(open)).toMatchObject({ floor, signers: [{ isMarkedBeyondUs: false }, {}] });
  const [, text] = await get(open.metricsPort, '/metrics');
  expect(text).toContain('signer_guard_signer_usable{signer="left"} 1');
});
