import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleBakeries, find, manifestsOf } from '../../../kit/rendered';

/** How a daemon is started: behind a node that is there, and on the chain of the bakery file. */
const containers = (bakery: string, workload: string): any[] =>
  find(manifestsOf(exampleBakeries()[bakery]), 'StatefulSet', workload).spec.template.spec.containers;
const [endorser] = containers('carthagenet', 'endorser');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemon-command-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const CARTHAGENET = 'NetXjD3HPJJjmcd';

/** Runs its shell with a node that answers from that question on, and `echo` for a daemon; what was asked is in `asked`. */
function start(answersFrom: number, chain = CARTHAGENET) {
  const answers = `[ "$(wc -l <${folder}/asked)" -ge ${answersFrom} ] && echo '"${chain}"'`;
  const wget = `#!/bin/sh\necho "$*" >>${folder}/asked; ${answers}\n`;
  for (const [name, text] of [
    ['wget', wget],
    ['sleep', '#!/bin/sh\nexec /bin/sleep 0.1\n'],
  ] as const) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
  const [shell, ...words] = [...endorser.command.slice(0, 4), '/bin/echo', 'a word', '*'];
  const running = spawn(shell, words, { env: { PATH: `${folder}:/usr/bin:/bin` } });
  let said = '';
  running.stdout.on('data', (part) => {
    said += part;
  });
  const ended = new Promise<{ code: number | null; said: string }>((resolve) => {
    running.on('close', (code) => resolve({ code, said }));
  });
  return { running, ended };
}

const asked = () => readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n');

test('it waits until the node answers and then becomes the daemon, its words as they are', async () => {
  expect(await start(4).ended).toEqual({ code: 0, said: 'a word *\n' });
  expect(asked()).toEqual(Array(4).fill('-q -T 5 -O - http://baker-rpc:8734/chains/main/chain_id'));
});

test('a TERM ends the wait', async () => {
  const { running, ended } = start(1_000_000);
  await new Promise((resolve) => setTimeout(resolve, 300));
  running.kill('SIGTERM');
  expect(await ended).toEqual({ code: 143, said: '' });
});

test('behind a node of another chain it never starts, and says why', async () => {
  for (const chain of ['NetXdQprcVkpaWU', `${CARTHAGENET}x`, '']) {
    const { running, ended } = start(1, chain);
    await new Promise((resolve) => setTimeout(resolve, 500));
    running.kill('SIGTERM');
    const { code, said } = await ended;
    expect(code).toBe(143);
    expect(new Set(said.trim().split('\n'))).toEqual(
      new Set([`waiting: the node is on the chain "${chain}", not on ${CARTHAGENET}`]),
    );
  }
});

test.each(['mainnet', 'bakingnet', 'carthagenet'])(
  '%s: the baker asks the node beside it, for its own chain',
  (name) => {
    const baker = containers(name, 'baker')[1];
    expect(baker.command.slice(0, 2)).toEqual(['/bin/sh', '-c']);
    expect(baker.command[2]).toContain(`'"${exampleBakeries()[name].network.chainId}"'`);
    expect(baker.command[3]).toBe('http://127.0.0.1:8732/chains/main/chain_id');
    expect(baker.command[4]).toMatch(/(octez|tezos)-baker/);
  },
);
