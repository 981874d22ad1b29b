import { run } from '../tools/run';
import type { HomeCheck } from './home-check';
import type { HomesScene } from './homes-scene';
import { addressOf } from './inventory-program';

/** Who listens on a signer, where, and why that is right. Anything else is a door that nobody has thought of. */
const listeners: readonly (readonly [RegExp, string])[] = [
  [/^tcp (0\.0\.0\.0|\[::\]):22 sshd$/, 'people of the admin networks; nftables lets nobody else reach it'],
  [/^tcp 127\.0\.0\.1:6732 (octez-signer|node|MainThread)$/, 'octez-signer, for the agent alone'],
  [/^udp (127\.0\.0\.1|\[::1\]):323 chronyd$/, 'the agent asks how far off the clock is'],
  [/^udp [\d.]+%eth[01]:68 NetworkManager$/, "answers of the uplinks' DHCP servers"],
];

/** Lines of `ss -Hlntup` as the table has them. */
export function listenersOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [kind, , , , local] = line.trim().split(/\s+/);
      return `${kind} ${local} ${/\(\("([^"]+)"/.exec(line)?.[1] ?? 'nobody'}`;
    });
}

const units = ['octez-signer', 'signer-agent', 'signer-tunnel@cable', 'signer-power'];
const WORST_EXPOSURE = 2.5;
/** Units that may be more exposed than that, and why. */
const exposed: ReadonlyMap<string, string> = new Map();

async function exposureOf(scene: HomesScene, unit: string): Promise<number> {
  const text = await scene.attic.mustExec(['systemd-analyze', 'security', '--no-pager', `${unit}.service`]);
  return Number(/Overall exposure level for .*: ([\d.]+)/.exec(text)?.[1] ?? Number.NaN);
}

/** Who may connect: the words of a program that tries, and whether it must come through. */
async function connects(scene: HomesScene, from: string, to: string, port: number): Promise<boolean> {
  const script = 'import socket,sys; socket.create_connection((sys.argv[2],int(sys.argv[3])),2,(sys.argv[1],0))';
  const [program, words] = scene.internet.words('python3', '-c', script, from, to, `${port}`);
  return (await run(program, words)).status === 0;
}

/** What a home lets in, and what its programs may do. */
export const closedDoors: readonly HomeCheck[] = [
  {
    name: 'nothing listens on a signer that is not in the table',
    async run({ homes }) {
      const wrong: string[] = [];
      for (const home of homes) {
        const found = listenersOf(await home.mustExec(['ss', '-Hlntup']));
        wrong.push(
          ...found.filter((each) => !listeners.some(([row]) => row.test(each))).map((each) => `${home.name}: ${each}`),
        );
        const missing = listeners.slice(0, 2).filter(([row]) => !found.some((each) => row.test(each)));
        wrong.push(...missing.map(([row, why]) => `${home.name}: nobody listens as ${row.source} (${why})`));
      }
      return wrong.length > 0 ? wrong.join('\n') : undefined;
    },
  },
  {
    name: 'ssh comes in from an admin network alone, and nothing else comes in',
    async run(scene) {
      const { attic } = scene;
      const cable = await addressOf(attic);
      const mobile = /inet (\S+)\//.exec(await attic.shell('ip -4 -o address show eth1'))?.[1] ?? '';
      if (!(await connects(scene, '192.168.1.1', cable, 22))) return 'a person in the admin network cannot connect';
      if (await connects(scene, '192.168.8.1', mobile, 22))
        return 'from the network of the LTE stick anybody can connect';
      // A door that somebody opens by mistake.
      await attic.shell('systemd-run --unit=open-door --quiet python3 -m http.server 8080; sleep 1');
      const isOpen = await connects(scene, '192.168.1.1', cable, 8080);
      await attic.shell('systemctl stop open-door');
      return isOpen ? 'a server that somebody starts is reached from the network' : undefined;
    },
  },
  {
    name: 'octez-signer is reached by the agent alone: not by root, not by the tunnel',
    async run({ attic }) {
      const ask = (user: string) =>
        attic.exec([
          'runuser',
          '-u',
          user,
          '--',
          'python3',
          '-c',
          "import socket; socket.create_connection(('127.0.0.1',6732),2)",
        ]);
      const agent = await ask('agent');
      if (agent.status !== 0) return `the agent is refused: ${agent.stderr.slice(-200)}`;
      for (const user of ['root', 'tunnel', 'admin', 'octez-signer'])
        if ((await ask(user)).status === 0) return `${user} reaches it`;
      return undefined;
    },
  },
  {
    name: 'sshd takes keys alone, and one user alone',
    async run({ attic }) {
      const text = await attic.mustExec(['sshd', '-T']);
      const wanted = [
        'passwordauthentication no',
        'kbdinteractiveauthentication no',
        'permitrootlogin no',
        'allowusers admin',
        'allowtcpforwarding no',
      ];
      const missing = wanted.filter((line) => !new RegExp(`^${line}$`, 'm').test(text));
      return missing.length > 0 ? `not so: ${missing.join(', ')}` : undefined;
    },
  },
  {
    name: `systemd-analyze security: each unit is exposed by ${WORST_EXPOSURE} at most, or has a reason`,
    async run(scene) {
      const found: string[] = [];
      const wrong: string[] = [];
      for (const unit of units) {
        const level = await exposureOf(scene, unit);
        found.push(`${unit} ${level}`);
        if (!(level <= WORST_EXPOSURE) && !exposed.has(unit)) wrong.push(`${unit}: ${level}`);
        if (level <= WORST_EXPOSURE && exposed.has(unit)) wrong.push(`${unit}: ${level}, and has a reason for more`);
      }
      const judged = await exposureOf(scene, 'ssh');
      if (!(judged > WORST_EXPOSURE))
        wrong.push(`sshd, which is not hardened, is exposed by ${judged} only: this judges nothing`);
      return wrong.length > 0 ? wrong.join('\n') : { measured: found.join(', ') };
    },
  },
  {
    name: 'the private half of the machine ssh key, wallet and epoch are read by their owners alone',
    async run({ attic }) {
      const files = [
        '/var/lib/signer-tunnel/id_ed25519 tunnel 600',
        '/var/lib/octez-signer/secret_keys octez-signer 600',
        '/var/lib/signer-agent/epoch agent 600',
      ];
      const text = await attic.mustExec(['stat', '-c', '%n %U %a', ...files.map((line) => line.split(' ')[0]!)]);
      const found = text.trim().split('\n');
      return found.join() === files.join() ? undefined : found.join('\n');
    },
  },
];
