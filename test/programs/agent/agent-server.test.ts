import { rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentConfig } from '../../../programs/agent/agent.contract';
import { startAgent } from '../../../programs/agent/agent-server';
import { readDurable } from '../../../programs/runtime/durable-file';
import { voteHex } from '../asked-bytes';
import { agentConfig, epochOf, insteadOfIt, key, octezSigner, otherKey, say, statusOf } from '../home';
import { afterwards } from '../temporary';

async function started(config: AgentConfig): Promise<AgentConfig & { close(): Promise<void> }> {
  const { close } = await startAgent(config, () => {}, 20);
  afterwards(close);
  return { ...config, close };
}

const path = `/keys/${key.address}?version=3`;
const body = (level: number) => JSON.stringify(voteHex({ level }));

async function sessionOf(config: AgentConfig, number = 1): Promise<string> {
  const [status, { session }] = await say(config, { epoch: epochOf(number) });
  expect(status).toBe(200);
  return session;
}

test('the one guard whose epoch was taken gets signatures, each message once, and every other one gets none', async () => {
  const agent = await started(agentConfig(await octezSigner()));
  const session = await sessionOf(agent);
  const message = { session, path, body: body(10), counter: 1 };
  expect(await say(agent, message)).toMatchObject([
    200,
    { ending: 'signed', signature: expect.stringMatching(/^edsig/) },
  ]);
  for (const [other, refused] of [
    [{}, 'counter'],
    [{ counter: 2, session: 'another' }, 'session'],
    [{ counter: 2, signer: 'right' }, 'signer'],
    [{ counter: 2, epoch: epochOf(2) }, 'epoch'],
    [{ counter: 2, epoch: epochOf(1, 'b') }, 'epoch'],
  ] as const) {
    expect(await say(agent, { ...message, body: body(11), ...other })).toMatchObject([403, { refused }]);
  }
});

test('a higher epoch ends whoever was heard before, a lower one is refused and told which is stored', async () => {
  const agent = await started(agentConfig(await octezSigner()));
  const old = await sessionOf(agent, 5);
  await sessionOf(agent, 6);
  expect(await say(agent, { epoch: epochOf(5), session: old, path, body: body(10) })).toMatchObject([
    403,
    { refused: 'epoch', epoch: epochOf(6) },
  ]);
  expect(await say(agent, { epoch: epochOf(5) })).toMatchObject([403, { refused: 'epoch', epoch: epochOf(6) }]);
});

test('what nobody has signed, or is for a key of nobody here, reaches no device', async () => {
  let asked = 0;
  const agent = await started(agentConfig(await insteadOfIt(() => ({ status: 500, text: `${++asked}` }))));
  const session = await sessionOf(agent);
  const stranger = path.replace(key.address, 'tz1burnburnburnburnburnburnburjAYjjX');
  expect(await say(agent, { session, path: stranger, body: body(10) })).toMatchObject([404, expect.anything()]);
  const more = { session, path: `${path}&version=2`, body: body(10) };
  expect(await say(agent, more)).toMatchObject([404, expect.anything()]);
  expect(asked).toBe(0);
});

test('a restart of the agent forgets neither session nor counters; a reboot ends the session, and the epoch stays', async () => {
  const agent = await started(agentConfig(await octezSigner()));
  const session = await sessionOf(agent);
  const message = { session, path, body: body(10) };
  expect(await say(agent, message)).toMatchObject([200, expect.anything()]);
  await agent.close();
  const again = await started(agent);
  expect(await say(agent, message)).toMatchObject([403, { refused: 'counter' }]);
  expect(await say(agent, { ...message, body: body(11), counter: 2 })).toMatchObject([200, expect.anything()]);
  await again.close();
  rmSync(agent.runFolder, { recursive: true });
  await started(agent);
  expect(await statusOf(agent)).toMatchObject({ epoch: epochOf(1) });
  expect((await statusOf(agent)).session).toBeUndefined();
  expect(await say(agent, { ...message, counter: 3 })).toMatchObject([403, { refused: 'session' }]);
});

test('a session that is damaged is over, and the next announcement begins another one', async () => {
  const agent = await started(agentConfig(await octezSigner()));
  const session = await sessionOf(agent);
  truncateSync(join(agent.runFolder, 'session'), 70);
  expect(await say(agent, { session, path, body: body(10) })).toMatchObject([403, { refused: 'session' }]);
  const next = await sessionOf(agent);
  expect(await say(agent, { session: next, path, body: body(10) })).toMatchObject([200, expect.anything()]);
});

test('what is no handover changes nothing, and the one that is reaches the next guard', async () => {
  const agent = await started(agentConfig(await octezSigner()));
  const session = await sessionOf(agent);
  const handover = { signers: ['left', 'right'], untilMs: Date.now() + 60_000 };
  const wrong = [
    '',
    '{',
    'null',
    '[]',
    '{}',
    '{"signers":["left"]}',
    '{"signers":[1],"untilMs":1}',
    '{"signers":"left","untilMs":1}',
  ];
  for (const text of wrong) {
    expect((await say(agent, { session, path: '/handover', body: text }))[0]).toBe(400);
  }
  const message = { session, path: '/handover', body: JSON.stringify(handover) };
  expect((await say(agent, { ...message, session: 'another' }))[0]).toBe(403);
  expect(await say(agent, message)).toEqual([200, {}]);
  expect(await say(agent, { epoch: epochOf(2) })).toMatchObject([200, { handover }]);
});

test('a damaged epoch is no missing one: nothing is taken and nothing signed until a person has looked', async () => {
  const agent = await started(agentConfig(await octezSigner()));
  const session = await sessionOf(agent);
  truncateSync(join(agent.stateFolder, 'epoch'), 70);
  expect(await say(agent, { epoch: epochOf(9) })).toEqual([500, expect.stringMatching(/epoch is damaged\n$/)]);
  const ending = { ending: 'not asked', why: expect.stringMatching(/epoch is damaged$/) };
  expect(await say(agent, { session, path, body: body(10) })).toMatchObject([503, ending]);
  expect((await statusOf(agent)).problem).toMatch(/epoch is damaged$/);
});

test('a request is counted before the device hears of it', async () => {
  let kept = '';
  const standIn = await insteadOfIt(() => {
    kept = readDurable(join(agent.runFolder, 'session')) as string;
    return { status: 500, text: '' };
  });
  const agent = await started(agentConfig(standIn));
  const session = await sessionOf(agent);
  await say(agent, { session, path, body: body(10), counter: 7 });
  expect(JSON.parse(kept)).toMatchObject({ id: session, taken: [7] });
});

/** A device that signs when it is told to. */
async function slowDevice() {
  const answers: (() => void)[] = [];
  const signature = `edsig${'1'.repeat(95)}`;
  const standIn = await insteadOfIt(
    () => new Promise((resolve) => answers.push(() => resolve({ status: 200, json: { signature } }))),
  );
  return { standIn, answers, sign: () => answers.shift()?.() };
}

test('no session begins while the device may still sign for another one, though that one has given up', async () => {
  const { standIn, answers, sign } = await slowDevice();
  const agent = await started(agentConfig(standIn, { budgetMs: 100 }));
  const session = await sessionOf(agent);
  expect(await say(agent, { session, path, body: body(10) })).toMatchObject([504, { ending: 'timeout' }]);
  let isTaken = false;
  const announced = sessionOf(agent, 2).then(() => (isTaken = true));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect([isTaken, answers.length, (await statusOf(agent)).epoch]).toEqual([false, 1, epochOf(1)]);
  sign();
  await announced;
});

test('a device that never answers is given up', async () => {
  const { standIn } = await slowDevice();
  const agent = await started(agentConfig(standIn, { budgetMs: 50, deviceLimitMs: 150 }));
  const session = await sessionOf(agent);
  await say(agent, { session, path, body: body(10) });
  expect(await sessionOf(agent, 2)).not.toBe(session);
});

test('who waits for a busy device in vain hears that it was not asked, and it never is', async () => {
  const { standIn, answers, sign } = await slowDevice();
  const agent = await started(agentConfig(standIn, { budgetMs: 200 }));
  const session = await sessionOf(agent);
  const first = say(agent, { session, path, body: body(10) });
  const late = say(agent, { session, path, body: body(11), counter: 2 });
  expect(await first).toMatchObject([504, { ending: 'timeout' }]);
  expect(await late).toMatchObject([503, { ending: 'not asked', why: 'the device is busy' }]);
  sign();
  const next = say(agent, { session, path, body: body(12), counter: 3 });
  while (answers.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  sign();
  expect(await next).toMatchObject([200, { ending: 'signed' }]);
});

test('an agent that is told to end lets the device end first', async () => {
  const { standIn, answers, sign } = await slowDevice();
  const agent = await started(agentConfig(standIn));
  const session = await sessionOf(agent);
  const asked = say(agent, { session, path, body: body(10) });
  while (answers.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const ended = agent.close();
  sign();
  expect(await asked).toMatchObject([200, { ending: 'signed' }]);
  await ended;
  await expect(statusOf(agent)).rejects.toThrow();
});

test('without octez-signer nothing is asked, and the status says so for every key', async () => {
  const agent = await started(agentConfig({ url: 'http://127.0.0.1:1', folder: '/nowhere' }));
  const session = await sessionOf(agent);
  expect(await say(agent, { session, path, body: body(10) })).toMatchObject([503, { ending: 'not asked' }]);
  expect(Object.values((await statusOf(agent)).keys)).toEqual([1, 2].map(() => expect.stringMatching(/REFUSED/)));
});

test('a key that octez-signer does not hold is told apart from one that it does', async () => {
  const agent = await started(agentConfig(await octezSigner([key])));
  expect((await statusOf(agent)).keys).toEqual({
    [key.address]: '',
    [otherKey.address]: expect.stringMatching(/does not know/),
  });
});

test('with its session an agent reports what octez-signer has noted; if that cannot be read it answers nothing', async () => {
  const standIn = await octezSigner();
  const agent = await started(agentConfig(standIn));
  const session = await sessionOf(agent);
  await say(agent, { session, path, body: body(10) });
  const [, { marks }] = await say(agent, {});
  expect(marks).toEqual([{ key: key.address, kind: 'attestation', level: 10, round: 0 }]);
  writeFileSync(join(standIn.folder, 'block_high_watermarks'), '{');
  expect(await say(agent, {})).toEqual([
    500,
    expect.stringMatching(/^no session: .*block_high_watermarks is not JSON/),
  ]);
});

test('whoever asks in the moment in which octez-signer writes its marks hears of the session and of no trouble', async () => {
  let meanwhile: Promise<any> | undefined;
  const standIn = await insteadOfIt(async () => {
    writeFileSync(join(standIn.folder, 'attestation_high_watermarks'), '');
    meanwhile = statusOf(agent);
    await meanwhile;
    rmSync(join(standIn.folder, 'attestation_high_watermarks'));
    return { status: 200, json: { signature: 'sig' } };
  });
  const agent = await started(agentConfig(standIn));
  const session = await sessionOf(agent);
  await say(agent, { session, path, body: body(10) });
  const heard = await meanwhile;
  expect(heard).toMatchObject({ session, epoch: epochOf(1), marks: [] });
  expect(heard.problem).toBeUndefined();
});

test('on a full card no epoch is taken, the guard hears why, and the one before stays', async () => {
  const agent = await started(agentConfig(await octezSigner()));
  const session = await sessionOf(agent, 5);
  symlinkSync('/dev/full', join(agent.stateFolder, 'epoch.next'));
  expect(await say(agent, { epoch: epochOf(6) })).toEqual([500, expect.stringMatching(/^no session: ENOSPC/)]);
  expect(await statusOf(agent)).toMatchObject({ epoch: epochOf(5), session });
  rmSync(join(agent.stateFolder, 'epoch.next'));
  expect(await say(agent, { epoch: epochOf(5), session, path, body: body(10) })).toMatchObject([200, {}]);
});

test('where a counter cannot be noted nothing is asked to sign, and the guard hears that nothing was', async () => {
  let asked = 0;
  const agent = await started(agentConfig(await insteadOfIt(() => ({ status: 500, text: `${++asked}` }))));
  const session = await sessionOf(agent);
  symlinkSync('/dev/full', join(agent.runFolder, 'session.next'));
  const ending = { ending: 'not asked', why: expect.stringMatching(/ENOSPC/) };
  expect(await say(agent, { session, path, body: body(10) })).toMatchObject([503, ending]);
  expect(asked).toBe(0);
});
