import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { guardConfig, MESSAGE_KEY_DIR } from '../../../charts/signer-gateway/guard-config';
import { sshdCommand } from '../../../charts/signer-gateway/sshd-config';
import { tunnelFiles } from '../../../charts/signer-gateway/tunnels';
import type { Bakery } from '../../../model/bakery';
import { hostKeySecret, messageKeySecret } from '../../../model/google/needed-secrets';
import { TUNNEL_USER } from '../../../model/signers';
import type { GuardConfig } from '../../../programs/guard/guard.contract';
import { askSigner, type Heard } from '../signing/ask-signer';
import { Child } from '../signing/child-program';
import type { Said } from '../signing/guard-pod';
import { type Internet, started } from './homes-internet';

export interface GatewayParts {
  readonly folder: string;
  readonly internet: Internet;
  readonly bakery: Bakery;
  /** Private halves, as files hold them. */
  readonly hostKey: string;
  readonly messageKey: string;
  /** The guard as it runs in a pod. */
  readonly guard: string;
  readonly nodes: readonly string[];
  /** Of the chain that the nodes follow; absent: the bakery's own. */
  readonly startMs?: number;
  /** On loopback: for bakers, and for metrics. */
  readonly ports: readonly [number, number];
  readonly scripts: string;
}

/** Nobody else on the machine has it. */
const TUNNEL_UID = 64_321;

/**
 * A gateway's pod: guard and sshds with the files that dist/ gives them, at the paths where a pod has them. The sshds hear
 * on the internet of the homes; the guard, which speaks to homes by the pod's sockets alone, on loopback.
 */
export class Gateway {
  guard: Child | undefined;
  readonly log: string[] = [];
  private pod: Child | undefined;
  private readonly sshds: Child[] = [];
  private readonly config: GuardConfig;

  constructor(private readonly parts: GatewayParts) {
    const { bakery, nodes, ports, startMs } = parts;
    const rendered = guardConfig(bakery);
    this.config = {
      ...rendered,
      chain: { ...rendered.chain, ...(startMs === undefined ? {} : { startMs }) },
      nodes,
      listen: { host: '127.0.0.1', port: ports[0] },
      metrics: { host: '127.0.0.1', port: ports[1] },
      control: '/run/guard.sock',
    };
  }

  async start(): Promise<void> {
    this.writeFiles();
    const { folder, scripts } = this.parts;
    const words = ['--mount', 'sh', join(scripts, 'gateway-init.sh'), folder];
    // One for all programs: two mounts cannot share what is laid over /etc.
    this.pod = await started(
      { program: 'unshare', words: [...words, 'sh', '-c', 'echo ready; exec sleep infinity'] },
      /ready/,
    );
    for (const signer of this.parts.bakery.signers) {
      const words = sshdCommand(`/etc/tunnels/${signer.name}.sshd_config`);
      const drop = [
        'setpriv',
        ...['--pdeathsig', 'KILL'], // the kernel forgets it when the user changes
        '--reuid',
        `${TUNNEL_UID}`,
        '--regid',
        `${TUNNEL_UID}`,
        '--clear-groups',
        '--bounding-set=-all',
      ];
      this.sshds.push(this.inPod([...drop, ...words], { onTheInternet: true }));
    }
    this.startGuard();
  }

  startGuard(): void {
    this.guard = this.inPod([process.execPath, this.parts.guard, '--config', '/etc/guard/guard.json'], {
      onTheInternet: false,
    });
  }

  /** What `guard status` shows; undefined: nobody answers. */
  async said(): Promise<Said | undefined> {
    const socket = join(this.parts.folder, 'run', 'guard.sock');
    const { status, text } = await askSigner({ socket, path: '/status', timeoutMs: 1000 });
    return status === 200 ? (JSON.parse(text) as Said) : undefined;
  }

  /** What a baker hears. */
  ask(key: string, hex: string, timeoutMs = 10_000): Promise<Heard> {
    return askSigner({
      port: this.parts.ports[0],
      path: `/keys/${key}?version=3`,
      body: JSON.stringify(hex),
      timeoutMs,
    });
  }

  async metrics(): Promise<string> {
    return (await askSigner({ port: this.parts.ports[1], path: '/metrics' })).text;
  }

  /** Asks the agent at the far end of an uplink. */
  askHome(signer: string, uplink: string, path: string): Promise<Heard> {
    const socket = join(this.parts.folder, 'run', 'signers', signer, `${uplink}.sock`);
    return askSigner({ socket, path, timeoutMs: 3000 });
  }

  get sshdLog(): string {
    return this.sshds.flatMap(({ lastLines }) => lastLines).join('\n');
  }

  async stop(): Promise<void> {
    await Promise.all([this.guard, ...this.sshds, this.pod].map((each) => each?.kill()));
  }

  private inPod(words: readonly string[], { onTheInternet }: { onTheInternet: boolean }): Child {
    const pod = ['nsenter', `--mount=/proc/${this.pod!.pid}/ns/mnt`, ...words];
    const [program, ...rest] = onTheInternet ? [...this.parts.internet.enter, ...pod] : pod;
    return new Child({
      program: program!,
      words: rest,
      onLine: (line) => {
        this.log.push(line);
        if (this.log.length > 500) this.log.shift();
      },
    });
  }

  private writeFiles(): void {
    const { folder, bakery, hostKey, messageKey } = this.parts;
    const of = (path: string) => join(folder, path);
    for (const path of ['work', 'run', 'run/sshd', 'etc']) mkdirSync(of(path), { recursive: true });
    for (const { name } of bakery.signers) {
      mkdirSync(of(`run/signers/${name}`), { recursive: true });
      chownSync(of(`run/signers/${name}`), TUNNEL_UID, TUNNEL_UID);
    }
    const write = (path: string, text: string, mode = 0o644, owner = 0) => {
      mkdirSync(dirname(of(path)), { recursive: true });
      writeFileSync(of(path), text);
      chmodSync(of(path), mode);
      chownSync(of(path), owner, owner);
    };
    for (const [name, text] of Object.entries(tunnelFiles(bakery))) write(`etc/tunnels/${name}`, text);
    write(`etc/host-key/${hostKeySecret.key}`, hostKey, 0o600, TUNNEL_UID);
    write(`.${MESSAGE_KEY_DIR}/${messageKeySecret.key}`, messageKey, 0o600);
    write('etc/guard/guard.json', JSON.stringify(this.config));
    // The image has this user.
    write(
      'etc/passwd',
      `${readFileSync('/etc/passwd', 'utf8')}${TUNNEL_USER}:x:${TUNNEL_UID}:${TUNNEL_UID}::/nonexistent:/usr/sbin/nologin\n`,
    );
  }
}
