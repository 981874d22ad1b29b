import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { renderRoles, renderSigners } from '../../signer/main';
import { DistFolder } from '../../synth/dist-folder';
import { render } from '../../synth/render';
import { fixtures, smallest, smallestFile } from '../kit/bakeries';
import { ROOT } from '../kit/root';
import { filesBelow } from '../kit/user-project';

const folders: string[] = [];
const temporary = () => {
  folders.push(mkdtempSync(join(tmpdir(), 'signer-')));
  return folders.at(-1) as string;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const { mainnet, bakingnet } = fixtures();
const fileOf = (bakery: typeof mainnet, signer: string, name: string) =>
  renderSigners(bakery).get(`signer/${bakery.name}/${signer}/${name}`) as string;
const read = (text: string) => parse(text, { version: '1.1' });
const userData = read(fileOf(mainnet, 'attic', 'user-data'));

describe('dist/signer/', () => {
  test('has the playbook and its roles as they are, and the agent as programs/ makes it', () => {
    const files = renderRoles([mainnet]);
    expect(files.get('signer/site.yml')).toBe(readFileSync(join(ROOT, 'signer/site.yml'), 'utf8'));
    const { program } = require('../../bin/bundle.cjs');
    expect(files.get('signer/programs/agent.mjs')).toBe(program('agent'));
    for (const path of files.keys()) expect(path).not.toMatch(/\.(ts|md)$/);
  });

  test('is not there without signers at home', () => {
    const { files } = render([smallestFile([[['custody'], 'kms'], ...tz2])], new Map());
    expect([...files.keys()].filter((path) => path.startsWith('signer'))).toEqual([]);
    expect(renderSigners(bakingnet)).toEqual(new Map());
  });

  test('loses what is stale, and keeps what is somebody else’s', () => {
    const folder = temporary();
    const write = (path: string) => {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), 'x');
    };
    const stale = ['inventory.yml', 'attic/user-data', 'attic/meta-data', 'attic/network-config'];
    for (const name of stale) write(`signer/gone/${name}`);
    for (const path of ['roles/old/tasks/main.yml', 'programs/old.mjs']) write(`signer/${path}`);
    for (const path of ['notes.txt', 'mainnet/notes.txt', 'mainnet/attic/notes']) write(`signer/${path}`);
    new DistFolder(folder).replace(new Map([...renderRoles([mainnet]), ...renderSigners(mainnet)]));
    const left = Object.keys(filesBelow(folder)).filter((path) => !/^signer\/(roles|programs)\//.test(path));
    expect(left.filter((path) => /gone|old|notes/.test(path)).sort()).toEqual([
      'signer/mainnet/attic/notes',
      'signer/mainnet/notes.txt',
      'signer/notes.txt',
    ]);
    expect(existsSync(join(folder, 'signer/roles/old'))).toBe(false);
    expect(existsSync(join(folder, 'signer/programs/old.mjs'))).toBe(false);
  });

  const tz2 = [
    [
      ['bakers', 0],
      {
        name: 'alice',
        address: 'tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c',
        publicKey: 'sppk7ZNS9KaHKGQ5A32ZVQiqPCdhccZ7Eno6jTjUCrJS3zQyb3bGx91',
      },
    ],
  ] as const;
});

describe('the boot partition', () => {
  test('makes one user, who has a key and no password, and nobody logs in with one', () => {
    expect(userData.users).toEqual([
      expect.objectContaining({
        name: 'admin',
        lock_passwd: true,
        ssh_authorized_keys: mainnet.settings.custody.homes!.admin!.sshKeys,
      }),
    ]);
    expect(userData).toMatchObject({ ssh_pwauth: false, disable_root: true });
    expect(fileOf(mainnet, 'attic', 'user-data').split('\n')[0]).toBe('#cloud-config');
  });

  test('lets nobody in where the bakery file names nobody', () => {
    const text = fileOf(smallest(), 'home', 'user-data');
    expect(read(text).users).toEqual([expect.not.objectContaining({ ssh_authorized_keys: expect.anything() })]);
  });

  test('sets up each uplink, the first one preferred, by DHCP', () => {
    expect(read(fileOf(mainnet, 'attic', 'network-config')).network).toEqual({
      version: 2,
      ethernets: {
        eth0: { dhcp4: true, 'dhcp4-overrides': { 'route-metric': 100 }, optional: true },
        eth1: { dhcp4: true, 'dhcp4-overrides': { 'route-metric': 200 }, optional: true },
      },
    });
  });

  test('sets up addresses by hand, and that at a device which is a network of its own', () => {
    const link = { interface: 'usb0', address: '169.254.1.2/30' };
    const fixed = { address: '192.168.1.20/24', gateway: '192.168.1.1', nameServers: ['9.9.9.9'] };
    const signer = ['custody', 'homes', 'signers', 0];
    const bakery = smallest([
      [[...signer, 'device'], { tcp: { url: 'tcp://169.254.1.1:7732', link } }],
      [[...signer, 'uplinks'], [{ name: 'main', interface: 'eth0', static: fixed }]],
    ]);
    expect(read(fileOf(bakery, 'home', 'network-config')).network.ethernets).toEqual({
      eth0: {
        dhcp4: false,
        addresses: ['192.168.1.20/24'],
        routes: [{ to: '0.0.0.0/0', via: '192.168.1.1', metric: 100 }],
        nameservers: { addresses: ['9.9.9.9'] },
        optional: true,
      },
      usb0: { dhcp4: false, addresses: ['169.254.1.2/30'], optional: true },
    });
    expect(read(renderSigners(bakery).get('signer/smallest/inventory.yml') as string).all.hosts.home.ansible_host).toBe(
      '192.168.1.20',
    );
  });

  test('holds no text that a reader of YAML 1.1 takes for something else, and none that Ansible would fill in', () => {
    for (const text of [...renderSigners(mainnet).values(), ...renderSigners(fixtures().carthagenet).values()]) {
      expect(parse(text, { version: '1.1' })).toEqual(parse(text, { version: '1.2' }));
      expect(text).not.toMatch(/\{\{|\{%/);
    }
  });
});

describe('the program that sets a machine up', () => {
  /** A machine on which Ansible notes how it was called, and ends with what stands in `status`. */
  function machine() {
    const folder = temporary();
    const place = (name: string) => join(folder, name);
    for (const name of ['bin', 'card/mainnet', 'state']) mkdirSync(place(name), { recursive: true });
    writeFileSync(place('card/site.yml'), '- hosts: all\n');
    writeFileSync(place('card/mainnet/inventory.yml'), 'all: {}\n');
    chmodSync(place('card/mainnet/inventory.yml'), 0o777); // as on a FAT partition
    writeFileSync(place('status'), '0');
    writeFileSync(
      place('bin/ansible-playbook'),
      `#!/bin/sh\n[ ! -x mainnet/inventory.yml ] && cat site.yml && echo "$*" >>${place('calls')}\nexit "$(cat ${place('status')})"\n`,
    );
    chmodSync(place('bin/ansible-playbook'), 0o755);
    const [{ content }] = userData.write_files;
    const script = content
      .replace('card=/boot/firmware/tezos-bakery', `card=${place('card')}`)
      .replace('state=/var/lib/signer-setup', `state=${place('state')}`);
    const env = { ...process.env, PATH: `${place('bin')}:${process.env.PATH}`, BAKERY: 'mainnet', SIGNER: 'attic' };
    const run = () => spawnSync('sh', ['-c', script], { env, encoding: 'utf8' });
    const calls = () =>
      existsSync(place('calls')) ? readFileSync(place('calls'), 'utf8').split('\n').slice(0, -1) : [];
    return { place, run, calls };
  }

  test('runs the playbook once, from files that are no programs, and not again at the next start', () => {
    const { run, calls } = machine();
    expect(run().status).toBe(0);
    expect(calls()).toEqual(['--connection=local --inventory mainnet/inventory.yml --limit attic site.yml']);
    expect(run().status).toBe(0);
    expect(calls()).toHaveLength(1);
  });

  test('runs it again after it has failed, and when something else was written on the card', () => {
    const { place, run, calls } = machine();
    writeFileSync(place('status'), '2');
    expect(run().status).toBe(2);
    writeFileSync(place('status'), '0');
    expect(run().status).toBe(0);
    writeFileSync(place('card/mainnet/inventory.yml'), 'all: {hosts: {}}\n');
    expect(run().status).toBe(0);
    expect(calls()).toHaveLength(3);
  });
});
