import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../part';
import { MadeChain, MadeNode } from '../signing/made-chain';
import { memoryFolder } from '../signing/memory-folder';
import { mustRun } from '../tools/run';
import type { Tools } from '../tools/tools';
import { freshCard } from './card';
import { standInFiles, writeCard, writeDist, writeSettings } from './first-cards';
import { ATTIC, CELLAR, type HomesOf, makeGatewayKeys } from './homes-bakery';
import { Internet, type Line } from './homes-internet';
import { HomesScene } from './homes-scene';
import { Home } from './machine-at-home';
import { newCard } from './on-the-card';
import { octezSignerFile } from './stand-in-signer';

/** Three times as fast as mainnet's: it is sooner above the floor of a guard that begins. The guard's own times are mainnet's. */
const BLOCK_MS = 2000;
/** Of Debian, beside those of the fresh card. */
const neededPrograms = [
  ['util-linux', 'unshare'],
  ['util-linux', 'setpriv'],
  ['mount', 'losetup'],
  ['iproute2', 'ip'],
  ['nftables', 'nft'],
  ['openssh-client', 'ssh-keygen'],
  ['openssh-server', 'sshd'],
  ['openssl', 'openssl'],
  ['python3', 'python3'],
] as const;

/** The ways out of each home, and the networks at their other ends. */
const lines: Readonly<Record<string, readonly Line[]>> = {
  [ATTIC]: linesOf('a', ['192.168.1', '192.168.8']),
  [CELLAR]: linesOf('c', ['192.168.2', '192.168.9']),
};

function linesOf(letter: string, [cable, mobile]: readonly [string, string]): Line[] {
  return [
    { link: `${letter}-cable`, interface: 'eth0', subnet: cable },
    { link: `${letter}-mobile`, interface: 'eth1', subnet: mobile },
  ];
}

/** Internet, two cards as two people have written them, and nothing that is switched on yet. */
export async function makeScene(context: Context, ansible: string): Promise<HomesScene> {
  const { root, tools } = context;
  const folder = context.scratch('homes');
  const scripts = join(root, 'test', 'conformance', 'homes');
  await Promise.all(neededPrograms.map(([packageName, program]) => tools.debian(packageName, program)));
  const octez = octezSignerFile(root);
  const adminKey = join(folder, 'admin-key');
  const [{ internet, homes }, gatewayKeys] = await Promise.all([
    made(tools, { folder, scripts, octez }),
    makeGatewayKeys(root, join(folder, 'gateway-keys')),
    mustRun('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', adminKey]),
  ]);
  const of: HomesOf = {
    root,
    made: gatewayKeys,
    admin: { networks: ['192.168.1.0/24', '192.168.2.0/24'], sshKey: readFileSync(`${adminKey}.pub`, 'utf8').trim() },
    octezSha256: octez.sha256,
    sshKeys: {},
  };
  const chain = new MadeChain(BLOCK_MS);
  const node = await new MadeNode(chain).start();
  const scene = new HomesScene({ context, ansible, folder, scripts, of, adminKey, internet, homes, chain, node });
  writeDist(scene, scene.bakery());
  await writeSettings(scene, scene.bakery());
  return scene;
}

/** The internet, which runs from now on, and machines with fresh cards. */
async function made(
  tools: Tools,
  { folder, scripts, octez }: { folder: string; scripts: string; octez: ReturnType<typeof octezSignerFile> },
): Promise<{ internet: Internet; homes: Home[] }> {
  const fresh = await freshCard(tools);
  const www = join(folder, 'www');
  mkdirSync(www, { recursive: true });
  for (const name of readdirSync(fresh.mirror)) symlinkSync(join(fresh.mirror, name), join(www, name));
  writeFileSync(join(www, octez.name), octez.text);
  const internet = new Internet({
    folder: join(folder, 'internet'),
    lines: Object.values(lines).flat(),
    mirror: www,
    dnsmasq: await tools.debian('dnsmasq-base', 'dnsmasq'),
    timeServer: join(scripts, 'time-server.cjs'),
  });
  const standIns = standInFiles(join(folder, 'both-cards'), scripts);
  const cards = Object.entries(lines).map(async ([name, ownLines]) => {
    const card = await newCard(fresh.image, join(memoryFolder(), 'homes'), name);
    await writeCard(card, standIns);
    return new Home({ name, card, lines: ownLines, internet, scripts });
  });
  const [homes] = await Promise.all([Promise.all(cards), internet.start()]);
  return { internet, homes };
}
