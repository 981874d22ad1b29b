import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Child } from '../signing/child-program';
import { mustRun } from '../tools/run';
import { MIRROR_NAME } from './card';

/** An uplink of a home, from outside: a cable with a router at its end. */
export interface Line {
  /** Of the router's side, in the network of the internet. */
  readonly link: string;
  /** Of the home's side. */
  readonly interface: string;
  /** The first three numbers of its addresses; the router's ends in 1. */
  readonly subnet: string;
}

/** The gateway's: one that a bakery file takes, on an internet that has no way out. */
export const GATEWAY_ADDRESS = '34.90.0.7';
/** Of everybody else there; nobody's outside (RFC 5737). */
const OTHERS_ADDRESS = '203.0.113.80';
/** Servers of the time, of different operators: chronyd takes two names of one address for one source. */
export const timeServers: Readonly<Record<string, string>> = {
  'time.one.example': '203.0.113.81',
  'time.two.example': '203.0.113.82',
  'time.three.example': '203.0.113.83',
};

interface InternetParts {
  readonly folder: string;
  readonly lines: readonly Line[];
  /** A folder of Debian packages, which the homes find under Debian's name. */
  readonly mirror: string;
  readonly dnsmasq: string;
  /** What the time servers say, and how wrong they are. */
  readonly timeServer: string;
}

/** A network of its own that the homes dial through: routers with DHCP and DNS, a gateway's address, Debian's packages, the time. */
export class Internet {
  private holder: Child | undefined;
  private readonly servers: Child[] = [];
  private readonly clockFile: string;

  constructor(private readonly parts: InternetParts) {
    mkdirSync(parts.folder, { recursive: true });
    this.clockFile = join(parts.folder, 'time-server-is-wrong-by');
  }

  async start(): Promise<void> {
    const addresses = [GATEWAY_ADDRESS, OTHERS_ADDRESS, ...Object.values(timeServers)].map(
      (each) => `ip address add ${each}/32 dev lo`,
    );
    const words = [
      'ip link set lo up',
      ...addresses,
      'sysctl -qw net.ipv4.ip_forward=0',
      'echo ready',
      'exec sleep infinity',
    ];
    const ready = await started({ program: 'unshare', words: ['--net', 'sh', '-ec', words.join('\n')] }, /ready/);
    this.holder = ready;
    this.setTimeServers(0);
    this.serve(this.parts.dnsmasq, this.dnsmasqWords());
    this.serve('python3', ['-m', 'http.server', '--bind', OTHERS_ADDRESS, '--directory', this.parts.mirror, '80']);
    this.serve(process.execPath, [this.parts.timeServer, this.clockFile, ...Object.values(timeServers)]);
  }

  /** Words before a program that is to run in this network. */
  get enter(): readonly string[] {
    return ['nsenter', `--net=/proc/${this.pid}/ns/net`];
  }

  /** A program in this network. */
  words(...words: readonly string[]): [string, string[]] {
    const [program, ...rest] = [...this.enter, ...words];
    return [program!, rest];
  }

  /** Seconds that the time servers are ahead of this machine. */
  setTimeServers(aheadSeconds: number): void {
    writeFileSync(this.clockFile, `${aheadSeconds}`);
  }

  /** Lays the line to a home that is just starting, whose first process is that one. */
  async lay({ link, interface: name, subnet }: Line, home: number): Promise<void> {
    await this.run('ip', 'link', 'del', link).catch(() => {}); // the home before may not be gone for good yet
    await this.run('ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', name, 'netns', `${home}`);
    await this.run('ip', 'address', 'add', `${subnet}.1/24`, 'dev', link);
    await this.run('ip', 'link', 'set', link, 'up');
  }

  /** The plug is out: both sides see it. */
  async unplug({ link }: Line): Promise<void> {
    await this.run('ip', 'link', 'set', link, 'down');
  }

  async plugIn({ link, subnet }: Line): Promise<void> {
    await this.run('ip', 'link', 'set', link, 'up');
    await this.run('ip', 'address', 'replace', `${subnet}.1/24`, 'dev', link);
  }

  /** Nothing passes any more, and nobody is told. */
  async silence({ link }: Line): Promise<void> {
    await this.run('nft', `add table inet cut; add chain inet cut ${link} { type filter hook input priority 0; }`);
    await this.run('nft', `add rule inet cut ${link} iifname ${link} drop`);
  }

  async unsilence({ link }: Line): Promise<void> {
    await this.run('nft', `flush chain inet cut ${link}; delete chain inet cut ${link}`);
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()));
    await this.holder?.kill();
  }

  private get pid(): number {
    if (!this.holder) throw new Error('the internet has not been started');
    return this.holder.pid;
  }

  private async run(...words: readonly string[]): Promise<void> {
    await mustRun(...this.words(...words));
  }

  private serve(program: string, words: readonly string[]): void {
    const [enter, rest] = this.words(program, ...words);
    this.servers.push(new Child({ program: enter, words: rest }));
  }

  private dnsmasqWords(): string[] {
    const { folder, lines } = this.parts;
    const ranges = lines.map(({ subnet }) => `--dhcp-range=${subnet}.100,${subnet}.199,255.255.255.0,1h`);
    return [
      '--no-daemon',
      '--conf-file=/dev/null',
      '--user=root',
      '--bind-dynamic',
      '--no-resolv',
      '--no-hosts',
      '--dhcp-authoritative',
      '--no-ping',
      `--dhcp-leasefile=${join(folder, 'leases')}`,
      '--pid-file=',
      `--address=/${MIRROR_NAME}/${OTHERS_ADDRESS}`,
      ...Object.entries(timeServers).map(([name, address]) => `--address=/${name}/${address}`),
      `--address=/#/${OTHERS_ADDRESS}`,
      ...ranges,
    ];
  }
}

/** A program that has said that. */
export async function started(words: ConstructorParameters<typeof Child>[0], said: RegExp): Promise<Child> {
  return new Promise((resolve, reject) => {
    const child: Child = new Child({
      ...words,
      onLine: (line) => {
        words.onLine?.(line);
        if (said.test(line)) resolve(child);
      },
    });
    child.onEnd(() =>
      reject(new Error(`${words.program} ${words.words.slice(0, 4).join(' ')}: ${child.lastLines.join('\n')}`)),
    );
  });
}
