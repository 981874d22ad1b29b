import type { Aliases, Flags } from '../kit/command-line';
import type { Release } from '../kit/release';

/** Flags of client programs (octez.md 5). 7.5 has neither --endpoint nor --keep-alive (version-8.rst). */
const shared: Flags = {
  '--base-dir': 'value',
  '--config-file': 'value',
  '--remote-signer': 'value',
  '--password-filename': 'value',
  '--chain': 'value',
  '--wait': 'value',
  '--log-requests': 'switch',
  '--block': 'value',
  '--protocol': 'value',
};

export function globalFlags({ version }: Release): { flags: Flags; aliases: Aliases } {
  const aliases = { '-d': '--base-dir', '-c': '--config-file', '-R': '--remote-signer', '-f': '--password-filename' };
  const common = { ...aliases, '-w': '--wait', '-l': '--log-requests', '-b': '--block', '-p': '--protocol' };
  return version === '7.5'
    ? {
        flags: { ...shared, '--addr': 'value', '--port': 'value', '--tls': 'switch' },
        aliases: { ...common, '-A': '--addr', '-P': '--port', '-S': '--tls' },
      }
    : {
        flags: { ...shared, '--endpoint': 'value', '--media-type': 'value' },
        aliases: { ...common, '-E': '--endpoint', '-m': '--media-type' },
      };
}

const fees: Flags = {
  '--minimal-fees': 'value',
  '--minimal-nanotez-per-gas-unit': 'value',
  '--minimal-nanotez-per-byte': 'value',
};

export const daemonAliases: Aliases = { '-P': '--pidfile', '-K': '--keep-alive', '-V': '--votefile' };

export type Daemon = 'baker' | 'accuser' | 'endorser';

export function daemonFlags(daemon: Daemon, { version }: Release): Flags {
  const pid: Flags = { '--pidfile': 'value' };
  if (version === '7.5') {
    if (daemon === 'baker') return { ...pid, ...fees, '--max-priority': 'value' };
    return daemon === 'endorser'
      ? { ...pid, '--endorsement-delay': 'value' }
      : { ...pid, '--preserved-levels': 'value' };
  }
  if (daemon !== 'baker') return { ...pid, '--preserved-levels': 'value', '--keep-alive': 'switch' };
  return {
    ...pid,
    ...fees,
    '--keep-alive': 'switch',
    '--liquidity-baking-toggle-vote': 'value',
    '--votefile': 'value',
    '--dal-node': 'value',
    '--without-dal': 'switch',
    '--operations-pool': 'value',
    '--pre-emptive-forge-time': 'value',
    '--remote-calls-timeout': 'value',
    '--force-apply-from-round': 'value',
    '--record-state': 'switch',
    '--node-version-check-bypass': 'switch',
    '--node-version-allowed': 'value',
    '--extra-node': 'list',
    '--allow-signing-delay': 'switch',
  };
}
