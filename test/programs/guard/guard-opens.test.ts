import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sayTo } from '../../../programs/guard/control';
import type { GuardConfig } from '../../../programs/guard/guard.contract';
import { serve } from '../../../programs/runtime/serve-http';
import { bundledProgram } from '../bundled-program';
import { BLOCK_MS, get, guard, guardConfig, home, Node, openGuard, opens, run, said, sign } from '../guard-and-homes';
import { agentConfig, CHAIN, epochOf, key, octezSigner, say, statusOf } from '../home';
import { afterwards, temporaryFolder, until } from '../temporary';

/** With blocks so fast that it does not wait long for who is missing. */
const quick = (config: GuardConfig): GuardConfig => ({ ...config, chain: { ...config.chain, blockMs: BLOCK_MS / 2 } });
const nodeThatRuns = () => new Node().start();

test('a guard that starts again takes a higher epoch, and refuses at and below its new floor, whatever was signed', async () => {
  const node = await nodeThatRuns();
  const homes = [await home('left'), await home('right')];
  const first = await openGuard(node, homes);
  const level = node.level + 1;
  expect((await sign(first, { level, kind: 'preattestation' }))[0]).toBe(200);
  const before = await said(first);
  await first.stop();
  const second = await openGuard(node, homes);
  const after = await said(second);
  expect(after.epoch.number).toBeGreaterThan(before.epoch.number);
  expect(after.floor).toBeGreaterThanOrEqual(level);
  for (const again of [level, after.floor]) {
    expect(await sign(second, { level: again, round: 7 })).toEqual([403, 'at or below the floor']);
  }
  expect((await sign(second, { level: after.floor + 1 }))[0]).toBe(200);
});

test('an epoch is above every one that an agent names, though the clock is behind it', async () => {
  const node = await nodeThatRuns();
  const left = await home('left');
  const number = Date.now() + 5_000_000;
  await say(left.config, { epoch: epochOf(number) });
  const open = await openGuard(node, [left]);
  expect((await said(open)).epoch.number).toBe(number + 1);
});

test('a number that no clock can have is not believed, and no other card ever holds it', async () => {
  const node = await nodeThatRuns();
  const socket = join(temporaryFolder(), 's');
  const liar = await serve(
    { socket },
    () => {
      const epoch = { number: Date.now() + 10 ** 13 + 60_000, bits: 'f'.repeat(32) };
      return { status: 200, json: { signer: 'liar', clockMs: Date.now(), keys: {}, marks: [], session: 's', epoch } };
    },
    () => {},
  );
  afterwards(liar.close);
  const left = await home('left');
  const lying = { name: 'liar', keys: [key.address], uplinks: [{ name: 'cable', socket }] };
  const waiting = await guard(quick(guardConfig(node, [left.signer, lying])));
  await until('the other one has answered', async () => (await statusOf(left.config)).session !== undefined);
  expect((await statusOf(left.config)).epoch.number).toBeLessThan(Date.now() + 1000);
  const { signers } = await said(waiting);
  expect(signers[1].uplinks).toEqual({ cable: 'its agent names an epoch that no guard can have' });
});

test('while a signer is missing nothing is signed, until a person says that it is off', async () => {
  const node = await nodeThatRuns();
  const left = await home('left');
  const rightConfig = agentConfig(await octezSigner(), { signer: 'right' });
  const { socket } = rightConfig.listen as { socket: string };
  const right = { name: 'right', keys: rightConfig.keys, uplinks: [{ name: 'cable', socket }] };
  const waiting = await guard(quick(guardConfig(node, [left.signer, right])));
  const { control } = waiting.config;
  await until('it waits for the right one', async () => (await said(waiting)).waitsFor?.join() === 'right');
  expect(await sign(waiting, { level: node.level + 1 })).toEqual([503, 'not open']);
  expect(await sayTo(control, ['fence', 'left'])).toEqual({ text: 'not taken: it has answered\n', isTaken: false });
  expect(await sayTo(control, ['fence', 'nobody'])).toMatchObject({ isTaken: false });
  expect(await sayTo(control, ['fence', 'right'])).toMatchObject({ isTaken: true });
  await opens(waiting, node, 1);
  expect(waiting.logged.filter((line) => /the guard is/.test(line))).toEqual(['INFO the guard is open']);
  expect((await sign(waiting, { level: node.level + 1 }))[0]).toBe(200);
  // It comes back, and is one of the two again.
  await run(rightConfig);
  await until('both are usable', async () => (await said(waiting)).signers.every(({ isUsable }: any) => isUsable));
});

test('a fence is not taken while another signer is missing too', async () => {
  const node = await nodeThatRuns();
  const missing = ['left', 'right'].map((name) => ({
    name,
    keys: [key.address],
    uplinks: [{ name: 'cable', socket: `/nowhere/${name}` }],
  }));
  const waiting = await guard(quick(guardConfig(node, missing)));
  await until('it waits', async () => (await said(waiting)).waitsFor?.length === 2);
  expect(await sayTo(waiting.config.control, ['fence', 'left'])).toEqual({
    text: 'not taken: first every other signer must answer; these have not: right\n',
    isTaken: false,
  });
});

test('a signer that the file says is away is not waited for, and not used', async () => {
  const node = await nodeThatRuns();
  const left = await home('left');
  const right = await home('right');
  const away = { ...right, signer: { ...right.signer, away: 'its card is being replaced' } };
  const open = await guard(guardConfig(node, [left.signer, away.signer]));
  await opens(open, node, 1);
  expect((await sign(open, { level: node.level + 1 }))[0]).toBe(200);
  expect((await statusOf(right.config)).epoch).toBeUndefined();
  // Not as away as the file says: another guard has it.
  await say(right.config, { epoch: epochOf(Date.now() + 9_000_000) });
  await until('the guard has heard of the other', async () => (await said(open)).phase === 'outbid');
});

test('of two guards the first one signs nothing more, says why, and does not end', async () => {
  const node = await nodeThatRuns();
  const homes = [await home('left'), await home('right')];
  const first = await openGuard(node, homes);
  const second = await openGuard(node, homes);
  await until('the first one knows', async () => (await said(first)).phase === 'outbid');
  node.head(node.level + 1);
  expect(await sign(first, { level: node.level + 1 })).toEqual([503, 'outbid']);
  expect(first.logged.join()).toMatch(/ERROR (left|right) listens to a newer guard: delete this pod/);
  expect((await sign(second, { level: node.level + 1 }))[0]).toBe(200);
  expect((await get(first.port, '/healthz'))[0]).toBe(200);
  expect((await get(first.port, '/readyz'))[0]).toBe(503);
});

test('a request to an agent that listens to a newer guard is signed by nobody, before any status has told', async () => {
  const node = await nodeThatRuns();
  const left = await home('left');
  const open = await openGuard(node, [left]);
  const asked = say(left.config, { epoch: epochOf(Date.now() + 9_000_000) });
  await asked;
  const [status, why] = await sign(open, { level: node.level + 1 });
  expect([
    [500, 'left refused it for its epoch'],
    [503, 'outbid'],
  ]).toContainEqual([status, why]);
  expect(await sign(open, { level: node.level + 2 })).toEqual([503, 'outbid']);
});

test('a machine whose clock is half a block away has not answered', async () => {
  const node = await nodeThatRuns();
  const socket = join(temporaryFolder(), 's');
  let apartMs = BLOCK_MS / 2;
  const agent = await serve(
    { socket },
    ({ path }) => ({
      status: 200,
      json:
        path === '/status'
          ? { signer: 'left', clockMs: Date.now(), keys: { [key.address]: '' }, marks: [], session: 's' }
          : { session: 's', clockMs: Date.now() - apartMs, marks: [] },
    }),
    () => {},
  );
  afterwards(agent.close);
  const signer = { name: 'left', keys: [key.address], uplinks: [{ name: 'cable', socket }] };
  const waiting = await guard(guardConfig(node, [signer]));
  await until('it knows', async () =>
    /its clock is -6\d\d ms from ours/.test((await said(waiting)).signers[0]?.problem),
  );
  expect((await said(waiting)).phase).toBe('opening');
  apartMs = BLOCK_MS / 8;
  await until('it is open', async () => (await said(waiting)).phase === 'open');
});

test('a device that knows of a signature above the floor is left out, and it alone', async () => {
  const node = await nodeThatRuns();
  const standIn = await octezSigner();
  const marks = { [CHAIN]: { [key.address]: { level: 5000, round: 0 } } };
  writeFileSync(join(standIn.folder, 'block_high_watermarks'), JSON.stringify(marks));
  const open = await openGuard(node, [await home('left', standIn), await home('right')]);
  expect((await said(open)).signers).toMatchObject([{ isMarkedBeyondUs: true }, { isMarkedBeyondUs: false }]);
  expect((await sign(open, { level: node.level + 1 }))[0]).toBe(200);
  const [, text] = await get(open.metricsPort, '/metrics');
  expect(text).toContain('signer_guard_signer_marked_beyond_us{signer="left"} 1');
  expect(text).toContain('signer_guard_signer_usable{signer="left"} 0'); // or alerts would take it for one that signs
  expect(text).toContain(`signer_guard_active_signer{key="${key.address}",signer="right"} 1`);
});

test('an agent that talks nonsense is as good as none, and keeps nobody from signing with the others', async () => {
  const node = await nodeThatRuns();
  const socket = join(temporaryFolder(), 's');
  const whole = { signer: 'left', clockMs: 0, keys: {}, marks: [], session: 's' };
  const nonsense = [
    'null',
    '[]',
    '{"signer":"left"}',
    JSON.stringify({ ...whole, keys: undefined }),
    JSON.stringify({ ...whole, marks: [{}] }),
    JSON.stringify({ ...whole, marks: Array(1001).fill({ key: 'tz1', kind: 'block', level: 1, round: 0 }) }),
    JSON.stringify({ ...whole, epoch: { number: 999_999_999_999_998, bits: 'f'.repeat(32) } }),
    JSON.stringify({ ...whole, epoch: 7 }),
    JSON.stringify({ ...whole, signer: 'right' }),
  ];
  let told = 0;
  const agent = await serve(
    { socket },
    () => ({ status: 200, text: nonsense[told++ % nonsense.length] }),
    () => {},
  );
  afterwards(agent.close);
  const left = { name: 'left', keys: [key.address], uplinks: [{ name: 'cable', socket }] };
  const open = await guard(quick(guardConfig(node, [left, (await home('right')).signer])));
  await until('it waits', async () => (await said(open)).waitsFor?.join() === 'left');
  expect(await sayTo(open.config.control, ['fence', 'left'])).toMatchObject({ isTaken: true });
  await opens(open, node, 1);
  const before = told;
  await until('all of it was told', () => told > before + nonsense.length);
  expect((await said(open)).epoch.number).toBeLessThan(Date.now() + 1000);
  node.head(node.level + 1);
  expect((await sign(open, { level: node.level + 1 }))[0]).toBe(200);
});

test('on a chain that stands a guard waits for a person to say the floor, and signs above that in the next round', async () => {
  const node = await nodeThatRuns();
  node.timestampMs = Date.now() - 200 * BLOCK_MS;
  const config = guardConfig(node, [(await home('left')).signer]);
  const waiting = await guard({ ...config, chain: { ...config.chain, roundGrowthMs: BLOCK_MS } });
  const { control } = config;
  await until('it waits', async () => /say the floor/.test((await said(waiting)).floorProblem));
  expect(await sign(waiting, { level: 101, round: 20 })).toEqual([503, 'not open']);
  const level = node.level + 1;
  // Rounds of one, two, three ... blocks' time: the twentieth may have begun.
  expect(await sayTo(control, ['floor', `${level}`, '19'])).toEqual({
    text: 'not taken: the chain may be at level 101, round 19 by now: write a higher round or level\n',
    isTaken: false,
  });
  expect(await sayTo(control, ['floor', `${level}`])).toMatchObject({ isTaken: false });
  expect(await sayTo(control, ['floor', `${level}`, '21'])).toMatchObject({ isTaken: true });
  await until('it is open', async () => (await said(waiting)).phase === 'open');
  expect(waiting.logged).toContain('INFO the guard is open');
  expect(await sign(waiting, { level, round: 21 })).toEqual([403, 'at or below the floor']);
  expect((await sign(waiting, { level, round: 22 }))[0]).toBe(200);
  expect(await sayTo(control, ['floor', `${level}`, '40'])).toMatchObject({ isTaken: false });
});

test('a guard that is told to end says so to one agent, which tells the next guard who all the signers are', async () => {
  const node = await nodeThatRuns();
  const homes = [await home('left'), await home('right')];
  const first = await openGuard(node, homes);
  const { session } = await statusOf(homes[0].config);
  await first.stop();
  const [, told] = await say(homes[0].config, { epoch: epochOf(Date.now() + 60_000) });
  expect(told).toMatchObject({ handover: { signers: ['left', 'right'] } });
  expect(told.session).not.toBe(session);
  expect(told.handover.untilMs - Date.now()).toBeGreaterThan(9 * 60_000);
  const [, other] = await say(homes[1].config, { epoch: epochOf(Date.now() + 60_000) });
  expect(other.handover).toBeUndefined();
});

async function output(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (data) => (text += data));
  await once(child, 'close');
  return text;
}

test('a guard that is told to end before it has an epoch ends at once, and takes none', async () => {
  const node = await nodeThatRuns();
  const left = await home('left');
  const gone = { name: 'right', keys: [key.address], uplinks: [{ name: 'cable', socket: '/nowhere' }] };
  const { chain, ...config } = guardConfig(node, [left.signer, gone]);
  const waiting = await guard({ ...config, chain: { ...chain, blockMs: 100 } });
  await waiting.stop();
  await new Promise((resolve) => setTimeout(resolve, 500)); // it waits two blocks for the other one
  expect((await statusOf(left.config)).epoch).toBeUndefined();
});

test('the program in the pod answers to its verbs, and ends when it is told to', async () => {
  const node = await nodeThatRuns();
  const left = await home('left');
  const config = guardConfig(node, [left.signer]);
  const file = join(temporaryFolder(), 'guard.json');
  writeFileSync(file, JSON.stringify(config));
  const path = await bundledProgram('guard');
  const start = (...words: string[]) => {
    const child = spawn(process.execPath, [path, '--config', file, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
    afterwards(() => child.kill('SIGKILL'));
    return child;
  };
  const running = start();
  const logged = output(running);
  await until('it is open', async () => (await statusOf(left.config)).session !== undefined);
  expect(JSON.parse(await output(start('status')))).toMatchObject({ signers: [{ name: 'left', hasAnswered: true }] });
  const refused = start('fence', 'left');
  expect(await output(refused)).toMatch(/^not taken: /);
  expect(refused.exitCode).toBe(1);
  running.kill('SIGTERM');
  for (const line of (await logged).trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('severity');
  expect(running.exitCode).toBe(0);
});
