import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Context } from '../part';
import { type Answer, run } from '../tools/run';
import type { Variables } from './inventories';

const VERSION = '26.10.1';
const roles = ['machine', 'octez_signer', 'agent', 'tunnel', 'power'];

/** A copy of signer/, and Ansible beside it: what the programs leave behind stays out of the tree. */
export class Ansible {
  private constructor(
    private readonly folder: string,
    private readonly programs: string,
  ) {}

  static async at({ root, tools, report }: Context, folder: string): Promise<Ansible> {
    const programs = dirname(await tools.pip('ansible-lint', VERSION, 'ansible-lint'));
    report.version('ansible-lint', VERSION);
    cpSync(join(root, 'signer'), folder, { recursive: true });
    cpSync(join(root, 'test/conformance/roles/judge.yml'), join(folder, 'judge.yml'));
    return new Ansible(folder, programs);
  }

  /** ansible-lint over everything, as strict as it can be. */
  lint(...words: string[]): Promise<Answer> {
    return this.run('ansible-lint', ['--offline', '--nocolor', '--profile', 'production', '--parseable', ...words]);
  }

  /** The file that a machine would get. */
  rendered(machine: string, file: string): string {
    return join(this.folder, 'rendered', machine, file);
  }

  /** What the roles say to each machine before they change anything: '' if they take what it is told. */
  async judge(machines: Readonly<Record<string, Variables>>): Promise<Record<string, string>> {
    const names = Object.keys(machines);
    for (const name of names) mkdirSync(join(this.folder, 'rendered', name), { recursive: true });
    const vars = { judged_roles: roles, ansible_python_interpreter: 'python3' };
    writeFileSync(join(this.folder, 'inventory.json'), JSON.stringify({ all: { vars, hosts: machines } }));
    const { status, stdout, stderr } = await this.run('ansible-playbook', [
      ...['--connection=local', '--forks=4', '--inventory', 'inventory.json', 'judge.yml'],
    ]);
    const done = (name: string) => new RegExp(`^${name} +: ok=`, 'm').test(stdout);
    if (status > 2 || !names.every(done)) throw new Error(`ansible-playbook: ${stderr || stdout}`);
    return Object.fromEntries(names.map((name) => [name, refusal(stdout, name)]));
  }

  private run(program: string, words: readonly string[]): Promise<Answer> {
    const PATH = `${this.programs}:${process.env.PATH}`;
    return run(join(this.programs, program), words, { alone: this.folder, env: { PATH, ANSIBLE_NOCOLOR: '1' } });
  }
}

function refusal(said: string, machine: string): string {
  const lines = said.split('\n').filter((line) => /^(fatal|failed): /.test(line) && line.includes(`[${machine}]`));
  return lines.join('\n');
}
