import { appendFileSync, chmodSync, chownSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { authorizedKeys, sshdCommand, sshdConfig } from '../../../charts/signer-gateway/sshd-config';
import { TUNNEL_USER } from '../../../model/signers';
import { mustRun } from '../tools/run';
import { Child, ownFolder } from './child-program';

/** Paths of the programs, and whose the tunnels are: an ordinary user. */
export interface Ssh {
  readonly ssh: string;
  readonly sshd: string;
  readonly sshKeygen: string;
  readonly user: { readonly name: string; readonly uid: number; readonly gid: number };
}

/** daemon where this process is root; else who runs it. */
export function ordinaryUser(): Ssh['user'] {
  const { uid, gid, username } = userInfo();
  return uid === 0 ? { name: 'daemon', uid: 1, gid: 1 } : { name: username, uid, gid };
}

/** sshd of one signer in a pod. */
export class TunnelEnd {
  private child: Child | undefined;

  constructor(
    private readonly ssh: Ssh,
    readonly folder: string,
    readonly port: number,
  ) {}

  /** Socket that the home's side opens here. */
  socketOf(uplink: string): string {
    return join(this.folder, uplink);
  }

  /** `clientKey`: the public half, as a line. */
  async start(clientKey: string): Promise<void> {
    const { folder, port, ssh } = this;
    ownFolder(folder);
    const file = (name: string) => join(folder, name);
    await mustRun(ssh.sshKeygen, ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file('host')]);
    writeFileSync(file('authorized'), '');
    this.allow(clientKey);
    writeFileSync(
      file('sshd_config'),
      sshdWords(port, ssh.user.name, { hostKeyFile: file('host'), authorizedKeysFile: file('authorized') }),
    );
    if (process.getuid?.() === 0) {
      for (const name of ['', 'host', 'authorized', 'sshd_config']) chownSync(file(name), ssh.user.uid, ssh.user.gid);
    }
    this.child = new Child({ program: ssh.sshd, words: sshdCommand(file('sshd_config')).slice(1), user: ssh.user });
  }

  /** Who has this key too may dial in. */
  allow(clientKey: string): void {
    appendFileSync(join(this.folder, 'authorized'), authorizedKeys(clientKey));
  }

  get log(): string {
    return this.child?.lastLines.join('\n') ?? '';
  }

  stop(): Promise<void> {
    return this.child?.kill() ?? Promise.resolve();
  }
}

/** The sshd of the pod, but for the user, whom only its image has, and the address: here it is loopback. */
function sshdWords(port: number, user: string, files: { hostKeyFile: string; authorizedKeysFile: string }): string {
  const edits = [
    [`AllowUsers ${TUNNEL_USER}`, `AllowUsers ${user}`],
    [`ListenAddress 0.0.0.0:${port}`, `ListenAddress 127.0.0.1:${port}`],
  ] as const;
  return edits.reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`the configuration of the tunnels' sshd does not say: ${from}`);
      return text.replace(from, to);
    },
    sshdConfig({ port, ...files }),
  );
}

/** The home's side of one way: dials in, again and again, and leads what comes to its tap. */
export class HomeTunnel {
  private child: Child | undefined;
  private isWanted = false;
  private readonly frozen: Child[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly ssh: Ssh,
    private readonly end: TunnelEnd,
    private readonly parts: { readonly keyFile: string; readonly uplink: string; readonly socket: string },
  ) {}

  get uplink(): string {
    return this.parts.uplink;
  }

  start(): void {
    this.isWanted = true;
    if (!this.child?.isRunning) this.dial();
  }

  cut(): void {
    this.child?.signal('SIGKILL');
  }

  /** The line is silent for so long. */
  freeze(ms: number): void {
    const { child } = this;
    child?.signal('SIGSTOP');
    setTimeout(() => child?.signal('SIGCONT'), ms);
  }

  /** The line hangs for ever, and the home dials in anew beside it. */
  halfOpen(): void {
    if (!this.child?.isRunning) return;
    this.child.signal('SIGSTOP');
    this.frozen.push(this.child);
    if (this.frozen.length > MOST_FROZEN) this.frozen.shift()?.kill();
    this.dial();
  }

  async stop(): Promise<void> {
    this.isWanted = false;
    clearTimeout(this.timer);
    await Promise.all([this.child, ...this.frozen.splice(0)].map((each) => each?.kill()));
  }

  private dial(): void {
    clearTimeout(this.timer);
    const { end, parts, ssh } = this;
    const options = ['BatchMode=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'];
    const more = ['ExitOnForwardFailure=yes', 'ServerAliveInterval=2', 'ConnectTimeout=5'];
    const words = [...options, ...more].flatMap((option) => ['-o', option]);
    const place = ['-p', `${end.port}`, `${ssh.user.name}@127.0.0.1`];
    const child = new Child({
      program: ssh.ssh,
      words: [
        '-F',
        'none',
        '-N',
        '-i',
        parts.keyFile,
        ...words,
        '-R',
        `${end.socketOf(parts.uplink)}:${parts.socket}`,
        ...place,
      ],
    });
    this.child = child;
    child.onEnd(() => {
      if (this.isWanted && this.child === child) this.timer = setTimeout(() => this.dial(), REDIAL_MS);
    });
  }
}

/** An sshd takes so many at once from one address. */
const MOST_FROZEN = 2;
const REDIAL_MS = 150;

/** An ssh key of a home; answers the line of its public half. */
export async function homeKey({ sshKeygen }: Ssh, file: string): Promise<string> {
  await mustRun(sshKeygen, ['-q', '-t', 'ed25519', '-N', '', '-C', 'home', '-f', file]);
  chmodSync(file, 0o600);
  return (await mustRun('cat', [`${file}.pub`])).stdout.trim();
}
