import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../../kit/root';

const SCRIPT = join(ROOT, 'charts/kit/octez/import-snapshot.sh');
const SHELL = (process.env.IMPORT_SHELL ?? '/bin/sh').split(' ');

/** Counts the commands that the script runs; at the chosen one the whole process group dies, as when a node is lost. */
const TICK = `
if [ -n "\${KILL_AT:-}" ]; then
  n=$(($(cat "$WORLD/ticks" 2>/dev/null || echo 0) + 1))
  echo "$n" >"$WORLD/ticks"
  if [ "$n" = "$KILL_AT" ]; then
    case $0 in */rm) for last; do :; done; "$REAL/rm" -f "$last/store" ;; esac # killed half way
    kill -9 0
  fi
fi`;

const FAKES: Record<string, string> = {
  mv: 'exec "$REAL/mv" "$@"',
  cp: 'exec "$REAL/cp" "$@"',
  rm: 'exec "$REAL/rm" "$@"',
  mkdir: 'exec "$REAL/mkdir" "$@"',
  sync: 'exit 0',
  // The data weighs what the file data-kib says.
  du: `
if [ "$2" = "$VOLUME/data" ] && [ -e "$WORLD/data-kib" ]; then exec cat "$WORLD/data-kib"; fi
PATH=\${PATH#*:}
exec du "$@"`,
  df: 'echo Filesystem; echo "/dev/sda 0 0 $(cat "$WORLD/free") 0% /"',
  // The real one would keep a kill of the whole group to itself.
  timeout: `if [ -n "\${REAL_TIMEOUT:-}" ]; then exec /usr/bin/timeout "$@"; fi; shift; exec "$@"`,
  getent: 'grep " $2$" "$WORLD/hosts"',
  wget: `
echo "wget $*" >>"$WORLD/calls"
while [ $# -gt 1 ]; do [ "$1" = -O ] && out=$2; shift; done
case $1 in https://*/*) ;; *) exit 64 ;; esac
page=$WORLD/web/$(printf %s "$1" | tr -c '[:alnum:]' _)
if [ -e "$WORLD/hang" ]; then : >"$WORLD/hanging" && exec sleep 30; fi
[ -e "$page" ] || { echo "wget: server returned error: HTTP/1.1 404" >&2 && exit 1; }
if grep -q '^REFUSED' "$page"; then sed 's/^REFUSED //' "$page" >&2 && exit 1; fi
if grep -q '^TRICKLES' "$page"; then echo drop >"$out" && exec sleep 30; fi
if grep -q '^BREAKS OFF' "$page"; then
  head -c 3145728 /dev/zero >"$out"
  echo 'wget: connection closed prematurely' >&2 && exit 1
fi
if [ "$out" = - ]; then cat "$page"; else cat "$page" >"$out"; fi`,
  // A snapshot is a line: SNAPSHOT <network> <block> <level>. One without the line's end is cut short.
  'octez-node': `
echo "node $*" >>"$WORLD/calls"
case "$1 $2" in
  'config init')
    [ ! -e "$4/config.json" ] || exit 1
    echo "network $6 mode $8" >"$4/config.json"
    if [ -e "$WORLD/described" ]; then cat "$WORLD/described" >>"$4/config.json"; fi ;;
  'snapshot info')
    read -r kind network block level <"$3"
    [ "$kind" = SNAPSHOT ] || { echo "$3 is not a valid snapshot" && exit 1; }
    printf 'Snapshot information:\\n  chain TEZOS_%s, block hash %s at level %s, timestamp %s in rolling (snapshot version 9)\\n' "$network" "$block" "$level" "$(cat "$WORLD/made")" ;;
  'snapshot import')
    read -r kind network block level <"$3" || cut=yes
    grep -q "^network $network mode" "$5/config.json" || { echo "inconsistent chain" >&2 && exit 1; }
    [ "$block" = "$7" ] || { echo "expected block $7" >&2 && exit 1; }
    echo half >"$5/store"
    . "$WORLD/tick"
    [ -z "\${cut:-}" ] || { echo "the snapshot is truncated" >&2 && exit 1; }
    if [ -e "$WORLD/chain" ]; then rm "$5/store" && mkdir -p "$5/store/chain_$(cat "$WORLD/chain")" && exit; fi
    echo "whole $block" >"$5/store" ;;
  *) exit 64 ;;
esac`,
};

export const BLOCK = `BL${'a'.repeat(49)}`;
export const OTHER_BLOCK = `BM${'b'.repeat(49)}`;
export const LEVEL = 1234;
export const snapshotOf = (network: string, block = BLOCK) => `SNAPSHOT ${network} ${block} ${LEVEL}\n`;
/** Its header is good, so that it can be verified, and not imported. */
export const CUT_SHORT = snapshotOf('mainnet').trimEnd();
export const BREAKS_OFF = 'BREAKS OFF\n';
export const TRICKLES = 'TRICKLES\n';

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** A claim, an internet and a fake octez-node for one run of the script after the other. */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'import-snapshot-'));
  readonly volume = join(this.folder, 'claim/node');
  readonly settings: Record<string, string> = {
    CHAIN: 'NetXdQprcVkpaWU',
    NETWORK: 'mainnet',
    HISTORY_MODE: 'rolling:1',
    MAINNET: 'NetXdQprcVkpaWU',
    CAN_SWITCH_HISTORY_MODE: 'yes',
    HAS_SNAPSHOT_INFO: 'yes',
    PROVIDERS: 'https://one.example/rolling First provider\nhttps://two.example/rolling Second\n',
    PUBLIC_RPCS: 'https://rpc.a.example Operator A\nhttps://rpc.b.example/ Operator B\n',
  };

  constructor() {
    for (const folder of ['bin', 'web', 'claim/node']) mkdirSync(join(this.folder, folder), { recursive: true });
    writeFileSync(join(this.folder, 'tick'), TICK);
    writeFileSync(join(this.folder, 'free'), '99999999\n');
    writeFileSync(join(this.folder, 'made'), '2026-01-01T00:00:00-00:00\n');
    writeFileSync(join(this.folder, 'hosts'), '');
    for (const [name, body] of Object.entries(FAKES)) {
      const file = join(this.folder, 'bin', name);
      writeFileSync(file, `#!/bin/sh\n. "$WORLD/tick"\n${body}\n`);
      chmodSync(file, 0o755);
    }
  }

  /** What a GET of that URL answers. */
  serves(url: string, body: string): void {
    writeFileSync(join(this.folder, 'web', url.replace(/[^a-zA-Z0-9]/g, '_')), body);
  }

  /** What the URL or the file of the network describes; the node writes it down. */
  describes(chain: string): void {
    writeFileSync(this.path('described'), `{ "chain_name":\n  "${chain}", "old_chain_name": "TEZOS_OLD" }\n`);
  }

  /** Both providers have the snapshot, both operators know its block. */
  allWell(): this {
    this.serves('https://one.example/rolling', snapshotOf('mainnet'));
    this.serves('https://two.example/rolling', snapshotOf('mainnet'));
    this.operatorsSay(BLOCK, BLOCK);
    return this;
  }

  operatorsSay(a: string, b: string): void {
    this.serves(`https://rpc.a.example/chains/main/blocks/${LEVEL}/hash`, `"${a}"\n`);
    this.serves(`https://rpc.b.example/chains/main/blocks/${LEVEL}/hash`, `"${b}"\n`);
  }

  run(settings: Record<string, string> = {}, meanwhile: (kill: () => void) => void = () => {}): Promise<Outcome> {
    rmSync(join(this.folder, 'ticks'), { force: true });
    const env = {
      WORLD: this.folder,
      REAL: '/bin',
      PATH: `${join(this.folder, 'bin')}:${process.env.PATH}`,
      NODE: join(this.folder, 'bin/octez-node'),
      VOLUME: this.volume,
      ...this.settings,
      ...settings,
    };
    return new Promise((resolve) => {
      const words = ['-c', 'exec "$@" 2>&1', 'sh', ...SHELL, SCRIPT]; // one stream: two may come in any order
      const child = spawn('/bin/sh', words, { env, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
      let output = '';
      child.stdout.on('data', (text) => (output += text));
      child.on('close', (code, signal) => resolve({ code, signal, output }));
      meanwhile(() => child.kill('SIGTERM'));
    });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** A file of the claim, or undefined. */
  file(name: string): string | undefined {
    const path = join(this.volume, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }

  put(name: string, text: string): void {
    const path = join(this.volume, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  }

  has(name: string): boolean {
    return existsSync(join(this.volume, name));
  }

  /** The calls of wget and octez-node since the last look. */
  calls(): string[] {
    const path = join(this.folder, 'calls');
    const lines = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
    rmSync(path, { force: true });
    return lines;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
