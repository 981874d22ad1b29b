import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Options, parseClic, parseGlobal, unrecognized } from '../kit/command-line';
import { type Call, Exit } from '../kit/program';
import { type Daemon, daemonAliases, daemonFlags, globalFlags } from './client-flags';
import { NodeLink } from './node-link';

/** What a client daemon's command line says. */
export interface DaemonCall {
  readonly baseDir: string;
  readonly node: NodeLink;
  readonly options: Options;
  /** Words of the command after `run`. */
  readonly words: readonly string[];
}

export function baseDirOf(global: Options): string {
  const home = process.env.HOME ?? homedir();
  return global.value('--base-dir') ?? process.env.TEZOS_CLIENT_DIR ?? join(home, '.tezos-client');
}

export function endpointOf(global: Options): string {
  const endpoint = global.value('--endpoint');
  if (endpoint) return endpoint.replace(/\/$/, '');
  const scheme = global.has('--tls') ? 'https' : 'http';
  return `${scheme}://${global.value('--addr') ?? 'localhost'}:${global.value('--port') ?? 8732}`;
}

/** Global options, `run`, the rest with the daemon's own options. */
export function daemonOptions({ release, words }: Call, daemon: Daemon): { global: Options; options: Options } {
  const { global, rest } = parseGlobal(words, globalFlags(release));
  if (rest[0] !== 'run') throw unrecognized();
  return { global, options: parseClic(rest.slice(1), { flags: daemonFlags(daemon, release), aliases: daemonAliases }) };
}

export function parseDaemon(call: Call, daemon: Daemon): DaemonCall {
  const { global, options } = daemonOptions(call, daemon);
  const baseDir = baseDirOf(global);
  if (global.has('--base-dir') && !existsSync(baseDir)) {
    throw new Exit(1, `Error:\n  Specified --base-dir does not exist. Please create the directory and try again.\n`);
  }
  mkdirSync(join(baseDir, 'logs'), { recursive: true });
  const pidfile = options.value('--pidfile');
  if (pidfile) writeFileSync(pidfile, `${process.pid}\n`);
  const node = new NodeLink(endpointOf(global), call.release, options.has('--keep-alive'));
  return { baseDir, node, options, words: options.positional };
}
