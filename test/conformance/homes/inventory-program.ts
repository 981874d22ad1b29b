import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, run } from '../tools/run';
import { eventually } from './home-check';
import type { Internet } from './homes-internet';
import type { Home } from './machine-at-home';

export interface PlayOf {
  /** Ansible's own program. */
  readonly ansible: string;
  /** dist/signer/, or a copy of it. */
  readonly folder: string;
  readonly bakery: string;
  readonly internet: Internet;
  /** For what Ansible keeps, and for ssh's. */
  readonly scratch: string;
  readonly adminKey: string;
}

/** What a run of Ansible ends with, for one machine. */
export interface Recap {
  readonly answer: Answer;
  readonly ok: number;
  readonly changed: number;
  readonly failed: number;
  /** Tasks that changed something. */
  readonly changes: readonly string[];
  readonly seconds: number;
}

/** Runs the playbook as a person does from a desk in the home's network: over ssh, by Ansible's own words. */
export async function play(
  { ansible, folder, bakery, internet, scratch, adminKey }: PlayOf,
  home: Home,
  more: readonly string[] = [],
): Promise<Recap> {
  const startMs = performance.now();
  const config = join(scratch, 'ssh_config');
  const known = ['StrictHostKeyChecking accept-new', `UserKnownHostsFile ${join(scratch, 'known_hosts')}`];
  writeFileSync(config, ['Host *', `IdentityFile ${adminKey}`, 'IdentitiesOnly yes', ...known, ''].join('\n'));
  const ssh = [
    '-F',
    config,
    '-o',
    'ControlMaster=auto',
    '-o',
    'ControlPersist=60s',
    '-o',
    `ControlPath=${join(scratch, '%C')}`,
  ];
  const words = [
    '--inventory',
    `${bakery}/inventory.yml`,
    '--limit',
    home.name,
    '-e',
    `ansible_host=${await addressOf(home)}`,
  ];
  const answer = await run(...internet.words(ansible, ...words, ...more, 'site.yml'), {
    cwd: folder,
    env: {
      HOME: scratch,
      ANSIBLE_HOME: join(scratch, 'ansible'),
      ANSIBLE_SSH_ARGS: ssh.join(' '),
      ANSIBLE_NOCOLOR: '1',
      LANG: 'C.UTF-8',
    },
    timeoutSeconds: 900,
  });
  return { answer, ...recapOf(answer.stdout), seconds: (performance.now() - startMs) / 1000 };
}

/** What Ansible says at the end of what it prints. */
export function recapOf(text: string): Omit<Recap, 'answer' | 'seconds'> {
  const number = (word: string) => Number(new RegExp(`^\\S+ +:.* ${word}=(\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN);
  const changes = text.split(/^(?=TASK |RUNNING HANDLER )/m).filter((task) => /^changed: /m.test(task));
  return {
    ok: Number(/^\S+ +: ok=(\d+)/m.exec(text)?.[1] ?? Number.NaN),
    changed: number('changed'),
    failed: number('failed') + number('unreachable'),
    changes: changes.map((task) => /\[(.*?)\]/.exec(task)?.[1] ?? task.slice(0, 60)),
  };
}

/** Of its preferred uplink, as its router gave it. */
export async function addressOf(home: Home): Promise<string> {
  const ask = async () => /inet (\S+)\//.exec(await home.shell('ip -4 -o address show eth0'))?.[1];
  const address = await eventually(30, ask, (each) => each !== undefined); // a machine may be up before DHCP has answered
  if (address === undefined) throw new Error(`${home.name} has no address on its cable`);
  return address;
}

/** What the machine prints of its own ssh key, at the end of a run. */
export function printedKey(text: string): string | undefined {
  return /ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43}/.exec(
    text.slice(text.indexOf('What a person does next')),
  )?.[0];
}

/** An inventory as it is rendered, but for the place of Octez' program: its name is nobody's in the homes' network. */
export function pointAtStandIn(inventory: string, url: string): void {
  const text = readFileSync(inventory, 'utf8');
  const edited = text.replace(/(url: ")https:[^"]*octez-signer[^"]*(")/g, `$1${url}$2`);
  if (edited === text) throw new Error(`${inventory} names no program of Octez`);
  writeFileSync(inventory, edited);
}
