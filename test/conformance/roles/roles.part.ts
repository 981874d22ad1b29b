import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportProof } from '../manifests/verdict';
import type { Context, Part } from '../part';
import { run } from '../tools/run';
import { Ansible } from './ansible';
import { rightMachines, wrongMachines } from './inventories';

/** Of `systemd-analyze security`, times ten: 2.5 of 10, where 0 is a program that can do nothing. */
const EXPOSURE = '25';
const units = ['octez-signer.service', 'signer-agent.service', 'signer-tunnel@.service', 'signer-power.service'];

/** What others think of signer/: ansible-lint, Ansible's own look at what a machine is told, systemd and nft. */
export const roles: Part = {
  name: 'roles',
  budgetSeconds: 60,
  async run(context) {
    const folder = context.scratch('part-roles');
    const ansible = await Ansible.at(context, join(folder, 'signer'));
    await judgeByLint(context, ansible, join(folder, 'signer'));
    await judgeVariables(context, ansible);
    await judgeUnits(context, ansible, folder);
    await judgeFirewalls(context, ansible, folder);
  },
};

async function judgeByLint({ report }: Context, ansible: Ansible, folder: string): Promise<void> {
  const { status, stdout, stderr } = await ansible.lint('site.yml', 'roles');
  if (status === 0) report.pass('ansible-lint, profile production: site.yml and all roles');
  else report.fail('ansible-lint', `signer/: ${stdout || stderr}`);
  const broken = join(folder, 'broken.yml');
  writeFileSync(broken, '---\n- name: Break\n  hosts: all\n  tasks:\n    - name: Break\n      shell: echo a | cat\n');
  const proof = await ansible.lint('broken.yml');
  reportProof(report, 'ansible-lint: a broken playbook', proof.status === 0 ? undefined : proof.stdout);
}

async function judgeVariables({ report }: Context, ansible: Ansible): Promise<void> {
  const wrong = Object.fromEntries(wrongMachines.map(({ name, variables }) => [name, variables]));
  const said = await ansible.judge({ ...rightMachines, ...wrong });
  for (const machine of Object.keys(rightMachines)) {
    if (said[machine] === '') report.pass('machines that the roles take: one for each kind of device');
    else report.fail(`the roles refuse a machine: ${machine}`, `signer/roles: ${said[machine]}`);
  }
  for (const { name, variables, variable, word } of wrongMachines) {
    const words = said[name] ?? '';
    if (words.includes(variable) && words.includes(word)) report.pass('wrong variables, refused with their names');
    else
      report.fail(
        `${variable}: ${JSON.stringify(variables[variable])}`,
        `signer/roles: not refused with ${word}: ${words}`,
      );
  }
}

async function judgeUnits({ report, tools }: Context, ansible: Ansible, folder: string): Promise<void> {
  const analyze = await tools.debian('systemd', 'systemd-analyze');
  const security = (file: string) =>
    run(analyze, ['security', '--offline=true', '--no-pager', `--threshold=${EXPOSURE}`, file], { alone: folder });
  for (const machine of Object.keys(rightMachines)) {
    for (const unit of units) {
      const { status, stdout, stderr } = await security(ansible.rendered(machine, unit));
      if (status === 0) report.pass('units that systemd-analyze calls safe: at most 2.5 of 10');
      else report.fail(`${unit} of ${machine}`, `signer/roles: ${stdout.trim().split('\n').at(-1) || stderr}`);
    }
  }
  const open = join(folder, 'open.service');
  writeFileSync(open, '[Service]\nExecStart=/bin/true\n');
  const proof = await security(open);
  reportProof(report, 'systemd-analyze: a unit that may do everything', proof.status === 0 ? undefined : proof.stdout);
}

/** nft knows no user that this machine lacks: numbers stand for them here. */
async function judgeFirewalls({ report, tools }: Context, ansible: Ansible, folder: string): Promise<void> {
  const nft = await tools.debian('nftables', 'nft');
  const check = (file: string) => {
    const input = readFileSync(file, 'utf8').replaceAll('"agent"', '990').replaceAll('"octez-signer"', '991');
    return run('unshare', ['--map-root-user', '--net', nft, '--check', '--file', '-'], { alone: folder, input });
  };
  for (const machine of Object.keys(rightMachines)) {
    const { status, stderr } = await check(ansible.rendered(machine, 'nftables.conf'));
    if (status === 0) report.pass('firewalls that nft takes');
    else report.fail(`nftables.conf of ${machine}`, `signer/roles/machine: ${stderr}`);
  }
  const broken = join(folder, 'broken.nft');
  writeFileSync(broken, 'table inet signer { chain input { tcp dport ssh acept } }\n');
  const proof = await check(broken);
  reportProof(report, 'nft: a broken rule', proof.status === 0 ? undefined : proof.stderr);
}
