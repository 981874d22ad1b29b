import type { Aliases, Flags } from '../kit/command-line';
import type { Release } from '../kit/release';

/** Flags of octez-node by command (octez.md 3.2, 3.5; for 7.5 findings.md and version-7/8.rst: what came later is refused). */
const files: Flags = { '--data-dir': 'value', '--config-file': 'value' };

const shared: Flags = {
  ...files,
  '--network': 'value',
  '--history-mode': 'value',
  '--connections': 'value',
  '--peer': 'list',
  '--no-bootstrap-peers': 'switch',
  '--private-mode': 'switch',
  '--bootstrap-threshold': 'value',
  '--net-addr': 'value',
  '--discovery-addr': 'value',
  '--peer-table-size': 'value',
  '--max-download-speed': 'value',
  '--max-upload-speed': 'value',
  '--binary-chunks-size': 'value',
  '--expected-pow': 'value',
  '--disable-mempool': 'switch',
  '--rpc-addr': 'list',
  '--rpc-tls': 'value',
  '--cors-origin': 'list',
  '--cors-header': 'list',
  '--log-output': 'value',
};

const since25: Flags = {
  '--synchronisation-threshold': 'value',
  '--sync-latency': 'value',
  '--advertised-net-port': 'value',
  '--external-rpc-addr': 'list',
  '--allow-all-rpc': 'list',
  '--media-type': 'value',
  '--max-active-rpc-connections': 'value',
  '--metrics-addr': 'list',
  '--metadata-size-limit': 'value',
  '--enable-http-cache-headers': 'switch',
  '--disable-context-pruning': 'switch',
  '--storage-maintenance-delay': 'value',
  '--log-coloring': 'value',
  '--disable-config-validation': 'switch',
};

const runOnly: Flags = { '--singleprocess': 'switch', '--sandbox': 'value', '-v': 'list' };
const run25: Flags = { '--force-history-mode-switch': 'switch', '--target': 'value' };

const import25: Flags = {
  ...files,
  '--block': 'value',
  '--no-check': 'switch',
  '--reconstruct': 'switch',
  '--force': 'switch',
  '--progress-display-mode': 'value',
  '--metadata-size-limit': 'value',
  '--sandbox': 'value',
};

export const nodeAliases: Aliases = { '-d': '--data-dir' };

/** Undefined: the version has no such command. */
export function nodeFlags(command: string, { version }: Release): Flags | undefined {
  const isNew = version === '25.2';
  const config: Flags = isNew ? { ...shared, ...since25 } : shared;
  const commands: Record<string, Flags | undefined> = {
    run: { ...config, ...runOnly, ...(isNew ? run25 : {}) },
    'config init': config,
    'config reset': config,
    'config update': config,
    'config show': config,
    'identity generate': { ...files, '--expected-pow': 'value' },
    'identity show': files,
    'identity check': { ...files, '--expected-pow': 'value' },
    'upgrade storage': { ...files, '--status': 'switch' },
    'snapshot import': isNew ? import25 : { ...files, '--block': 'value', '--reconstruct': 'switch' },
    'snapshot info': isNew ? { '--json': 'switch' } : undefined,
  };
  return Object.hasOwn(commands, command) ? commands[command] : undefined;
}
