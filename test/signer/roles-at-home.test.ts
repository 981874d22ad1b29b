import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { findProblems } from '../../model/reading/check';
import type { Edit } from '../../model/rules/rule';
import { smallestFile } from '../kit/bakeries';

type Task = Readonly<Record<string, any>>;

/** Tasks of the files of all roles whose path fits. */
function tasksIn(path: RegExp): Task[] {
  return Object.entries(SIGNER_FILES).flatMap(([each, text]) => (path.test(each) ? (parse(text) as Task[]) : []));
}

/** Their templates of units, by name. */
const units = Object.entries(SIGNER_FILES).filter(([path]) => /^roles\/.*\.service\.j2$/.test(path));

const MODULE = 'ansible.builtin.systemd_service';
/** What the system starts by itself, whoever asks. */
const isAlwaysThere = (name: string) => name === 'systemd-journald.service';

test('what a role starts anew is there after the next start of the machine too', () => {
  const enabled = tasksIn(/^roles\/\w+\/tasks\//).flatMap(({ [MODULE]: unit }) => (unit?.enabled ? [unit.name] : []));
  const family = (name: string) => name.replace(/@.*/, '@'); // one for each uplink
  const restarted = tasksIn(/^roles\/\w+\/handlers\//).flatMap(({ [MODULE]: unit }) => (unit?.name ? [unit.name] : []));
  expect(restarted).toContain('ssh.service');
  for (const name of restarted) if (!isAlwaysThere(name)) expect(enabled.map(family)).toContain(family(name));
});

/** systemd looks a kind of device up when it starts the unit, in /proc/devices, and leaves out what is not there. */
const drivers: readonly (readonly [kind: string, driver: string])[] = [
  ['char-usb_device', 'usbhid'],
  ['char-hidraw', 'usbhid'],
];

test('a unit that may open a device loads its driver before, so that the device may come later', () => {
  const opened = units.flatMap(([path, text]) =>
    drivers.flatMap(([kind, driver]) => (text.includes(`DeviceAllow=${kind} `) ? [{ path, text, driver }] : [])),
  );
  expect(opened.length).toBeGreaterThan(2);
  for (const { path, text, driver } of opened)
    for (const word of ['Wants', 'After'])
      expect(`${path}: ${text}`).toContain(`\n${word}=modprobe@${driver}.service\n`);
});

test('a security update comes also where its package brings settings that a role has written', () => {
  const settings = SIGNER_FILES['roles/machine/files/unattended-upgrades.conf'];
  const written = tasksIn(/^roles\/machine\/tasks\//).flatMap(
    ({ 'ansible.builtin.template': file }) => file?.dest ?? [],
  );
  expect(written).toEqual(expect.arrayContaining(['/etc/nftables.conf', '/etc/chrony/chrony.conf']));
  expect(settings).toMatch(/^Dpkg::Options \{.*"--force-confold";.*\};$/m);
});

test('the port that no device may have is the one of octez-signer on the machine', () => {
  const { machine_signer_port: port } = parse(SIGNER_FILES['roles/machine/vars/main.yml'] as string);
  const device = (at: number): Edit => [
    [['custody', 'homes', 'signers', 0, 'device'], { http: { url: `http://127.0.0.1:${at}` } }],
  ];
  const found = (at: number) => findProblems([smallestFile(device(at))]).length;
  expect([found(port), found(port + 1)]).toEqual([1, 0]);
});

describe('folders of the roles', () => {
  const lines = (SIGNER_FILES['roles/machine/files/folders.conf'] as string).split('\n');
  const made = new Map(
    lines
      .filter((line) => line.startsWith('d '))
      .map((line) => [line.split(' ')[1], line.split(' ').slice(2).join(' ')]),
  );

  test('whatever a role writes has a folder: one of the system, or one that is made for it', () => {
    const { octez_signer_home } = parse(SIGNER_FILES['roles/octez_signer/vars/main.yml'] as string);
    const { agent_program } = parse(SIGNER_FILES['roles/agent/vars/main.yml'] as string);
    const ofSystem =
      /^\/(etc|etc\/(apt|ssh|sudoers|sysctl|tmpfiles|modules-load|chrony|systemd\/system|udev\/rules)(\.d|\/[a-z_.]+)?|usr\/local\/s?bin)$/;
    const files = tasksIn(/^roles\/\w+\/tasks\//).flatMap((task) =>
      ['copy', 'template', 'get_url'].flatMap((module) => task[`ansible.builtin.${module}`]?.dest ?? []),
    );
    const folders = files
      .map((file: string) => file.replace('{{ octez_signer_home }}', octez_signer_home))
      .map((file: string) => file.replace('{{ agent_program }}', agent_program))
      .map((file: string) => file.slice(0, file.lastIndexOf('/')))
      .filter((folder: string) => folder !== '{{ machine_admin.home }}/.ssh'); // made beside its file
    expect(folders).toContain('/etc/signer-agent');
    expect(folders.filter((folder: string) => !ofSystem.test(folder) && !made.has(folder))).toEqual([]);
  });

  test('systemd, which makes some of them too, does not change them back', () => {
    const found = units.flatMap(([, text]) => {
      const of = (word: string) => new RegExp(`^${word}=(.*)$`, 'm').exec(text)?.[1];
      const name = of('StateDirectory');
      return name ? [[`/var/lib/${name}`, `${of('StateDirectoryMode')} ${of('User')} ${of('Group')}`]] : [];
    });
    expect(found).toHaveLength(2);
    for (const [folder, words] of found) expect(`${folder} ${made.get(folder)}`).toBe(`${folder} ${words}`);
  });
});

describe('marks and epochs lie on the card, or nothing starts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'roles-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const keepers = units.filter(([, text]) => text.includes('\nStateDirectory='));

  test('two programs keep some', () => {
    expect(keepers.map(([path]) => path.split('/')[1]).sort()).toEqual(['agent', 'octez_signer']);
  });

  test.each([
    ['ext2/ext3', 0],
    ['btrfs', 0],
    ['overlayfs', 1],
    ['tmpfs', 1],
  ])('a file system that stat calls %s: exit code %i', (kind, code) => {
    writeFileSync(join(folder, 'stat'), `#!/bin/sh\n[ "$3" = %T ] && echo ${kind}\n`);
    chmodSync(join(folder, 'stat'), 0o755);
    for (const [, text] of keepers) {
      const [, script] = /\nExecStartPre=\/bin\/sh -c '(.*)'\n/.exec(text) as RegExpExecArray;
      const asSystemd = script.replaceAll('$$', '$').replaceAll('%%', '%');
      const { status } = spawnSync('/bin/sh', ['-c', asSystemd], { env: { PATH: folder } });
      expect(status).toBe(code);
    }
  });
});
