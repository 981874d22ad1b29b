import { bringUpOf } from '../bakery';
import { cidrProblem, isPublicAddress, letInEverybody } from '../google/cidr';
import { keptBySentry, keptSeconds } from '../sentries';
import type { BakerySettings } from '../settings/bakery.settings';
import { dalAddressCommand } from '../terraform-outputs';
import { chainSize } from '../tezos/disk-sizes';
import { isMainnet, networkOf } from '../tezos/networks';
import { onMainnet } from './edits';
import { type Edit, finding, type Rule } from './rule';

const DAY_SECONDS = 86_400;

const twoSentries = ['a', 'b'].map((name) => ({ name, memoryGiB: 2 }));

/** A DAL node that is published there and follows sentries. */
const behindSentries = (publicAddress: string): Edit => [
  [['dal'], { publicAddress }],
  [['privateNode'], { memoryGiB: 4 }],
  [['sentries'], twoSentries],
];

/**
 * Whoever breaks into a DAL node that strangers dial can hold 100 connections to the node that it follows, which is all
 * that a node's RPC takes, on all its listeners together: the probes' and the baker's own have no room then.
 */
function strangersDial({ dal, sentries }: BakerySettings, outcome: string) {
  const alone = dal?.publicAddress !== undefined && sentries.length === 0;
  const message = `lets strangers dial a DAL node that asks the node that bakes, whose RPC it can fill: ${outcome}`;
  return finding(['dal', 'publicAddress'], alone ? message : undefined);
}

export const nodeRules: readonly Rule[] = [
  {
    name: 'a private node has at least two sentries',
    reads: ['sentries'],
    find({ settings: { sentries } }) {
      const one = sentries.length === 1;
      return finding(
        ['sentries'],
        one
          ? 'lists one sentry: when it restarts the private node is alone; write a second one, or none (the private node then peers directly)'
          : undefined,
      );
    },
    broken: {
      by: [[['sentries'], [{ name: 'a' }]]],
      says: 'lists one sentry: when it restarts the private node is alone',
    },
  },
  {
    name: 'one sentry keeps out of the public',
    reads: ['sentries'],
    find({ settings: { sentries } }) {
      const allPublic = sentries.length > 1 && sentries.every(({ loadBalancer }) => loadBalancer);
      return finding(
        ['sentries'],
        allPublic
          ? 'all have a loadBalancer: whoever fills their connections cuts the baker off; leave at least one without'
          : undefined,
      );
    },
    broken: {
      by: [
        [['sentries'], twoSentries.map((each) => ({ ...each, loadBalancer: { sourceRanges: ['203.0.113.0/24'] } }))],
      ],
      says: 'whoever fills their connections cuts the baker off',
    },
  },
  {
    name: 'sentries have different names',
    reads: ['sentries[].name'],
    find({ settings: { sentries } }) {
      return sentries.flatMap(({ name }, i) => {
        const first = sentries.findIndex((sentry) => sentry.name === name);
        return finding(
          ['sentries', i, 'name'],
          first < i ? `is already the name of sentries[${first}]; names are permanent, give each its own` : undefined,
        );
      });
    },
    broken: {
      by: [[['sentries'], twoSentries.map((each) => ({ ...each, name: 'a' }))]],
      says: 'is already the name of sentries[0]',
    },
  },
  {
    name: 'source ranges are CIDRs',
    reads: ['sentries[].loadBalancer'],
    find({ settings: { sentries } }) {
      return sentries.flatMap(({ loadBalancer }, i) =>
        (loadBalancer?.sourceRanges ?? []).flatMap((range, j) =>
          finding(['sentries', i, 'loadBalancer', 'sourceRanges', j], cidrProblem(range)),
        ),
      );
    },
    broken: {
      by: [[['sentries'], [{ ...twoSentries[0], loadBalancer: { sourceRanges: ['203.0.113.7/24'] } }, twoSentries[1]]]],
      says: '203.0.113.0/24',
    },
  },
  {
    name: 'an import of the private node can download',
    reads: ['privateNode'],
    find({ settings: { privateNode } }) {
      const { downloads, reimport } = privateNode;
      const misses = downloads.closed && reimport !== undefined;
      const message = 'lets reimport download nothing; write open, or take reimport out if the import is done';
      return finding(['privateNode', 'downloads'], misses ? message : undefined, 'closed');
    },
    broken: {
      by: [
        [['privateNode'], { memoryGiB: 4, downloads: 'closed', reimport: 'again' }],
        [['sentries'], twoSentries],
      ],
      says: 'take reimport out if the import is done',
    },
  },
  {
    name: 'a private node that begins at genesis has sentries that keep every block',
    reads: ['network', 'bringUp', 'privateNode', 'sentries'],
    find({ settings }) {
      const { privateNode, sentries } = settings;
      const { archive } = privateNode.historyMode;
      const fromGenesis = archive !== undefined || bringUpOf(settings).snapshots.length === 0;
      if (!fromGenesis) return [];
      const reason = archive ? 'an archive sees every block since genesis' : 'without snapshots it begins at genesis';
      const message = `does not keep what the private node needs: ${reason}, and has no other peers than its sentries; write full or archive`;
      return sentries.flatMap(({ historyMode }, i) =>
        finding(['sentries', i, 'historyMode'], historyMode.rolling ? message : undefined, 'rolling'),
      );
    },
    broken: {
      by: [
        [['privateNode'], { memoryGiB: 4, historyMode: 'archive', diskGiB: 500 }],
        [['sentries'], twoSentries],
      ],
      says: 'an archive sees every block since genesis',
    },
    alsoBroken: [
      {
        by: [
          [['privateNode'], { memoryGiB: 4 }],
          [['sentries'], twoSentries],
          [['bringUp'], { snapshots: [] }],
        ],
        says: 'without snapshots it begins at genesis',
      },
    ],
  },
  {
    // The import refuses it while there is data: the pod would not start. Only a chain that was started anew has a use for it.
    name: 'on mainnet a reimport has a snapshot',
    reads: ['network', 'bringUp', 'privateNode', 'sentries'],
    find({ settings }) {
      const { privateNode, sentries } = settings;
      if (!isMainnet(settings)) return [];
      const hasNone = bringUpOf(settings).snapshots.length === 0;
      const message =
        'has no snapshot to import, and no data goes for an empty directory: the pod would not start; take it out (docs/operating.md, Import again)';
      return [privateNode, ...sentries].flatMap(({ reimport, historyMode }, i) => {
        const path = i === 0 ? ['privateNode'] : ['sentries', i - 1];
        const idle = reimport !== undefined && (hasNone || historyMode.archive !== undefined);
        return finding([...path, 'reimport'], idle ? message : undefined);
      });
    },
    broken: {
      by: [...onMainnet, [['bringUp'], { snapshots: [] }], [['privateNode', 'reimport'], 'again']],
      says: 'has no snapshot to import, and no data goes for an empty directory',
    },
    alsoBroken: [
      {
        by: [
          ...onMainnet,
          [['privateNode', 'reimport'], 'again'],
          [['privateNode', 'historyMode'], 'archive'],
          [['privateNode', 'diskGiB'], 4000],
        ],
        says: 'has no snapshot to import',
      },
    ],
  },
  {
    name: 'downloads are closed behind sentries only',
    reads: ['privateNode', 'sentries'],
    find({ settings: { privateNode, sentries } }) {
      const idle = privateNode.downloads.closed && sentries.length === 0;
      const message = 'closes nothing: without sentries the private node dials its peers on any port; take it out';
      return finding(['privateNode', 'downloads'], idle ? message : undefined, 'closed');
    },
    broken: { by: [[['privateNode'], { downloads: 'closed' }]], says: 'closes nothing: without sentries' },
  },
  {
    name: 'a disk holds the chain',
    reads: ['network', 'privateNode', 'sentries'],
    find({ settings }) {
      const sentries = settings.sentries.map((sentry) => ({
        historyMode: keptBySentry(sentry, networkOf(settings)),
        diskGiB: sentry.diskGiB,
      }));
      return [settings.privateNode, ...sentries].flatMap(({ historyMode, diskGiB }, i) => {
        const size = chainSize(settings, historyMode);
        const needed = size ? size.snapshotGiB + size.storeGiB : 0;
        const path = i === 0 ? ['privateNode'] : ['sentries', i - 1];
        const message = `is too small: the chain takes ${size?.storeGiB} GiB in this history mode and its snapshot ${size?.snapshotGiB} GiB beside it; write at least ${needed}`;
        return finding([...path, 'diskGiB'], diskGiB < needed ? message : undefined);
      });
    },
    alsoBroken: [
      {
        by: [
          [['privateNode'], { memoryGiB: 4 }],
          [['sentries'], twoSentries.map((each) => ({ ...each, diskGiB: 20 }))],
        ],
        says: 'is too small: the chain takes 28 GiB in this history mode', // a week of bakingnet's cycles of six hours
      },
      {
        by: [
          [['privateNode', 'diskGiB'], 23],
          [['privateNode', 'historyMode'], { rolling: { additionalCycles: 10 } }],
        ],
        says: 'is too small: the chain takes 23 GiB in this history mode',
      },
    ],
    broken: {
      by: [[['privateNode'], { diskGiB: 20 }]],
      says: 'is too small: the chain takes 20 GiB in this history mode',
    },
  },
  {
    name: 'a sentry keeps a day of blocks',
    reads: ['network', 'sentries[].historyMode'],
    severity: 'warning',
    find({ settings: { sentries, ...settings } }) {
      const network = networkOf(settings);
      return sentries.flatMap((sentry, i) => {
        const kept = keptSeconds([{ historyMode: keptBySentry(sentry, network) }], network) ?? DAY_SECONDS;
        const message = `keeps ${Math.round(kept / 3600)} hours of blocks: a private node that was away for longer, or a snapshot that is older, is lost behind it; take the line out for a week`;
        const path = ['sentries', i, 'historyMode', 'rolling', 'additionalCycles'];
        return finding(path, kept < DAY_SECONDS ? message : undefined);
      });
    },
    broken: {
      by: [
        [['privateNode'], { memoryGiB: 4 }],
        [['sentries'], twoSentries.map((each) => ({ ...each, historyMode: { rolling: { additionalCycles: 1 } } }))],
      ],
      says: 'keeps 12 hours of blocks: a private node that was away for longer', // bakingnet's cycles of six hours
    },
  },
  {
    name: 'the name of a sentry is no other name',
    reads: ['sentries[].name'],
    find({ settings: { sentries } }) {
      return sentries.flatMap(({ name }, i) => {
        const taken = name === 'rpc' || name.endsWith('-p2p');
        return finding(
          ['sentries', i, 'name'],
          taken
            ? 'would give its Service the name of another (sentry-rpc, and -p2p for load balancers); choose another'
            : undefined,
        );
      });
    },
    broken: {
      by: [[['sentries'], [{ ...twoSentries[0], name: 'rpc' }, twoSentries[1]]]],
      says: 'would give its Service the name of another',
    },
    alsoBroken: [
      {
        by: [[['sentries'], [twoSentries[0], { ...twoSentries[1], name: 'a-p2p' }]]],
        says: 'would give its Service the name of another',
      },
    ],
  },
  {
    name: 'a sentry that everybody may dial can be filled by anybody',
    reads: ['sentries[].loadBalancer'],
    severity: 'warning',
    find({ settings: { sentries } }) {
      const message = 'lets anybody fill the connections of this sentry; count on the others alone';
      return sentries.flatMap(({ loadBalancer }, i) => {
        const ranges = loadBalancer?.sourceRanges ?? [];
        const path = ['sentries', i, 'loadBalancer', 'sourceRanges'];
        const wide = ranges.findIndex((range) => letInEverybody([range]));
        if (wide >= 0) return finding([...path, wide], message);
        return letInEverybody(ranges) ? finding(path, `together ${message}`) : [];
      });
    },
    broken: {
      by: [[['sentries'], [{ ...twoSentries[0], loadBalancer: { sourceRanges: ['0.0.0.0/0'] } }, twoSentries[1]]]],
      says: 'lets anybody fill the connections of this sentry',
    },
    alsoBroken: [
      ['0.0.0.0/1', '128.0.0.0/1'],
      ['0.0.0.0/8', '64.0.0.0/8', '128.0.0.0/8', '192.0.0.0/8'],
    ].map((sourceRanges) => ({
      by: [[['sentries'], [{ ...twoSentries[0], loadBalancer: { sourceRanges } }, twoSentries[1]]]],
      says: 'lets anybody fill the connections of this sentry',
    })),
  },
  {
    name: 'the public address of the DAL node is public',
    reads: ['dal'],
    find(candidate) {
      const address = candidate.settings.dal?.publicAddress;
      if (address === undefined) return [];
      return finding(
        ['dal', 'publicAddress'],
        isPublicAddress(address)
          ? undefined
          : `is not an address that peers can dial; write what this prints after the first deploy: ${dalAddressCommand(candidate)}`,
      );
    },
    broken: { by: behindSentries('10.1.2.3'), says: 'is not an address that peers can dial' },
    alsoBroken: [{ by: behindSentries('999.1.1.1'), says: 'is not an address that peers can dial' }],
  },
  {
    name: 'on mainnet a DAL node that strangers dial follows sentries',
    reads: ['network', 'dal', 'sentries'],
    find({ settings }) {
      return isMainnet(settings)
        ? strangersDial(settings, 'write sentries, which it then follows, or take it out')
        : [];
    },
    broken: {
      by: [...onMainnet, [['dal'], { publicAddress: '34.90.1.2' }]],
      says: 'whose RPC it can fill: write sentries, which it then follows, or take it out',
    },
  },
  {
    name: 'a DAL node that strangers dial is better behind sentries',
    reads: ['network', 'dal', 'sentries'],
    severity: 'warning',
    find({ settings }) {
      return isMainnet(settings) ? [] : strangersDial(settings, 'on mainnet this is refused; sentries would take it');
    },
    broken: {
      by: [[['dal'], { publicAddress: '34.90.1.2' }]],
      says: 'whose RPC it can fill: on mainnet this is refused',
    },
  },
];
