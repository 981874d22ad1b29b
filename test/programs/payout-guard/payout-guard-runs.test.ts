import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import node from 'node:process';
import { PAYOUT_GUARD_CONFIG } from '../../../programs/payout-guard/payout-guard.contract';
import { ask } from '../../../programs/runtime/ask-http';
import { bundledProgram } from '../bundled-program';
import { afterwards, temporaryFolder, until } from '../temporary';
import { ann, bob, PayoutWorld, row, wallet } from './payout-guard-world';

/** Ports that nobody has; as many as are wanted. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

const names = ['signer', 'rpc', 'plan', 'records', 'metrics'] as const;

/** A guard as it runs in its pod; behind `sh` in front. */
async function processOf(world: PayoutWorld, shell = ''): Promise<Running> {
  const ports = await freePorts(names.length);
  const listen = Object.fromEntries(names.map((name, i) => [name, { port: ports[i], host: '127.0.0.1' }])) as any;
  const file = join(temporaryFolder(), 'payout-guard.json');
  writeFileSync(file, JSON.stringify(world.config({ listen })));
  const program = await bundledProgram('payout-guard');
  const env = { ...node.env, ...world.kept.google.env };
  const words = [program, '--config', file];
  const run = (more: string[], stdin: 'ignore' | 'pipe') =>
    spawn(node.execPath, [...words, ...more], { stdio: [stdin, 'pipe', 'inherit'], env });
  const child = spawn('sh', ['-c', `${shell} exec "$0" "$@"`, node.execPath, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
  });
  afterwards(() => child.kill('SIGKILL'));
  const logged: string[] = [];
  child.stdout.on('data', (part) => logged.push(`${part}`));
  const url = `http://127.0.0.1:${listen.metrics.port}`;
  await until('it listens', () => ask({ url }, { method: 'GET', path: '/metrics', timeoutMs: 500 }).catch(() => false));
  world.guard = { ports: Object.fromEntries(names.map((name, i) => [name, ports[i]])), stop: async () => {} } as any;
  return { child, run, logged };
}

interface Running {
  readonly child: ChildProcess;
  /** The same program with a person's words. */
  readonly run: (words: string[], stdin: 'ignore' | 'pipe') => ChildProcess;
  readonly logged: string[];
}

/** What a program says until it ends with the code. */
async function saidBy(program: ChildProcess, code = 0): Promise<string> {
  let said = '';
  program.stdout?.on('data', (part) => (said += part));
  expect(await once(program, 'exit')).toEqual([code, null]);
  return said;
}

test('as a process: a person reconciles in its pod, a row is signed, and SIGTERM ends it in order', async () => {
  const world = await PayoutWorld.make();
  const { child, run, logged } = await processOf(world);
  const person = run(['reconcile', 'north'], 'pipe');
  person.stdin?.write('record\n');
  const heard = await saidBy(person);
  expect(heard).toContain('never reconciled');
  expect(heard).toContain('recorded as reconciliation 1');

  await world.plan([row(ann, 1_000_000n)]);
  const bytes = world.operation([[ann, 1_000_000n]]);
  const [status, { signature }] = await world.sign(bytes);
  expect(status).toBe(200);
  expect((await world.inject(bytes, signature))[0]).toBe(200);
  world.node.bake(4);
  await until('it is paid', async () => (await world.status()).rows.paid === 1, 20_000);

  const [told] = JSON.parse(await saidBy(run(['status'], 'ignore')));
  expect(told).toMatchObject({ address: wallet.address, chain: 'works', signer: 'works' });
  expect(await saidBy(run(['reconcile', 'nobody'], 'ignore'), 1)).toContain('write: status');

  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  for (const line of logged.join('').trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('severity');
  expect(logged.join('')).not.toMatch(/edsig/);
}, 60_000);

test('on a full disk nothing is signed and no plan is taken, and what was there before stays', async () => {
  const world = await PayoutWorld.make();
  // No file may be longer: writing fails as on a full disk.
  const { child } = await processOf(world, "trap '' XFSZ; ulimit -f 8;");
  await world.reconcile();
  const planWith = (mutez: bigint) => world.plan([row(ann, 1_000_000n), row(bob, mutez)]);
  let taken = 0n;
  while ((await planWith(taken + 1n))[0] === 200) taken++;
  expect(taken).toBeGreaterThan(1n);
  expect(await planWith(taken + 1n)).toEqual([503, expect.objectContaining({ refused: 'journal-not-written' })]);
  const refused = await world.sign(world.operation([[ann, 1_000_000n]]));
  expect(refused).toEqual([503, expect.objectContaining({ refused: 'journal-not-written' })]);
  expect((await world.status()).rows).toMatchObject({ open: 2, signed: 0 });
  child.kill('SIGTERM');
  await once(child, 'exit');
  await world.start();
  expect((await world.sign(world.operation([[ann, 1_000_000n]])))[0]).toBe(200);
}, 60_000);

test('without a configuration it says which file it wanted, and ends with 1', async () => {
  const child = spawn(node.execPath, [await bundledProgram('payout-guard')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (part) => (said += part));
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(said).toContain(PAYOUT_GUARD_CONFIG);
});
