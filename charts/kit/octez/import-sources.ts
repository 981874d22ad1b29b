import type { Bakery } from '../../../model/bakery';
import { keptSeconds } from '../../../model/sentries';
import { chainSize } from '../../../model/tezos/disk-sizes';
import { type TezosNetwork, tezosNetworks } from '../../../model/tezos/networks';
import type { HistoryMode } from '../../../model/tezos/octez-commands';
import { spelledAlike } from '../../../model/tezos/witnesses';
import type { Files } from '../../component-chart';

/** The file of what the import of that claim's node is told. */
export function sourcesFile(claim: string): string {
  return `import-${claim}.sh`;
}

/**
 * What imports are told of snapshots, a file for each node, which import-snapshot.sh reads. In the environment these
 * values would restart a node, and a baker with it, for something that is long done.
 */
export function importSources(bakery: Bakery): Files {
  const { network, sentries } = bakery;
  const kept = bakery.has('sentry') ? keptSeconds(sentries, network) : undefined;
  const { historyMode } = bakery.settings.privateNode;
  const files = sentries.map((sentry) => fileOf(sentry.claim, sourcesOf(bakery, sentry.historyMode)));
  return Object.fromEntries([...files, fileOf('baker-node-data', sourcesOf(bakery, historyMode, kept))]);
}

function fileOf(claim: string, variables: Readonly<Record<string, string>>): [name: string, text: string] {
  const set = Object.entries(variables).filter(([, value]) => value !== '');
  const lines = set.map(([name, value]) => `export ${name}=${quoted(value)}`);
  return [sourcesFile(claim), ['#!/bin/sh', `# What the import into ${claim} is told.`, ...lines, ''].join('\n')];
}

function sourcesOf(bakery: Bakery, historyMode: HistoryMode, kept?: number): Record<string, string> {
  const { snapshots, publicRpcs, block = '' } = bakery.bringUp(historyMode);
  const mode = historyMode.full ? 'full' : 'rolling';
  const lines = (sources: readonly { url: string; operator: string }[]) =>
    sources.map(({ url, operator }) => `${url.replaceAll('{mode}', mode)} ${operator}\n`).join('');
  return {
    CHAIN_NAME: chainNameOf(bakery.network),
    MAINNET: tezosNetworks.mainnet.chainId,
    MAINNET_NAME: tezosNetworks.mainnet.chainName ?? '',
    KEPT_SECONDS: String(kept ?? ''),
    DOWNLOAD_SECONDS: snapshots.length > 0 ? String(downloadSeconds(bakery, historyMode)) : '',
    PROVIDERS: lines(snapshots),
    PUBLIC_RPCS: lines(spelledAlike(inOrder(publicRpcs))),
    BLOCK: block,
  };
}

/** As one word of a shell, whatever is in it. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

/** What snapshots and configurations call the chain; empty where only the network's own configuration knows. */
function chainNameOf({ chainName, config: { inline } }: TezosNetwork): string {
  return chainName ?? (typeof inline?.chain_name === 'string' ? inline.chain_name : '');
}

/** A download that is slower than 1 MiB/s in the mean is given up for the next provider; half a day where the size is unknown. */
function downloadSeconds({ settings }: Bakery, historyMode: HistoryMode): number {
  return (chainSize(settings, historyMode)?.snapshotGiB ?? 0) * 1024 || 12 * 3600;
}

/** The witnesses are a set. Providers are tried in the order of the file. */
function inOrder<T extends { url: string; operator: string }>(rpcs: readonly T[]): T[] {
  const key = ({ url, operator }: T) => `${url} ${operator}`;
  return [...rpcs].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
