import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleBakeries, find, manifestsOf } from '../../../kit/rendered';

/** How a daemon of a release without --keep-alive is started: the kubelet is not to count its node's absence against it. */
const containers = (bakery: string, workload: string): any[] =>
  find(manifestsOf(exampleBakeries()[bakery]), 'StatefulSet', workload).spec.template.spec.containers;
const [endorser] = containers('carthagenet', 'endorser');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemon-command-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs its shell with a node that answers from that question on, and `echo` for a daemon; what was asked is in `asked`. */
function start(answersFrom: number) {
  const wget = `#!/bin/sh\necho "$*" >>${folder}/asked; [ "$(wc -l <${folder}/asked)" -ge ${answersFrom} ]\n`;
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
  expect(asked()).toEqual(Array(4).fill('-q -T 5 -O /dev/null http://baker-rpc:8734/chains/main/chain_id'));
});

test('a TERM ends the wait', async () => {
  const { running, ended } = start(1_000_000);
  await new Promise((resolve) => setTimeout(resolve, 300));
  running.kill('SIGTERM');
  expect(await ended).toEqual({ code: 143, said: '' });
});

test('the baker dials the node beside it; daemons that keep themselves alive need no shell', () => {
  expect(containers('carthagenet', 'baker')[1].command[3]).toBe('http://127.0.0.1:8732/chains/main/chain_id');
  for (const command of [containers('mainnet', 'baker')[1].command, containers('mainnet', 'accuser')[0].command]) {
    expect(command[0]).toMatch(/octez-(baker|accuser)$/);
    expect(command).toContain('--keep-alive');
  }
});
