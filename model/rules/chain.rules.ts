import { bringUpOf, versionsOf } from '../bakery';
import { nearest } from '../messages/did-you-mean';
import type { BakerySettings } from '../settings/bakery.settings';
import { blockHashProblem, chainIdProblem } from '../tezos/keys';
import { builtInTwin, type NetworkConfig, networkConfigFor, networkOf, type PublicRpc } from '../tezos/networks';
import { compareReleases, octezRelease, releaseProblem } from '../tezos/octez';
import { type Protocol, protocolNamed, protocolNames } from '../tezos/protocols';
import { independentWitnesses } from '../tezos/witnesses';
import { customNetwork, onCarthagenet, regionalCluster, watched } from './edits';
import { type Broken, type Edit, finding, type Rule } from './rule';

const protocolOf = (settings: BakerySettings): Protocol | undefined => protocolNamed(networkOf(settings).protocol);
const bakerVersion = (settings: BakerySettings) => versionsOf(settings).baker;
const bakerSetting = ({ octez }: BakerySettings) => ['octez', octez.baker === undefined ? 'node' : 'baker'];

/** The releases that nodes run, and where each is written: the one of all nodes, and those that sentries have of their own. */
function nodeReleases({ octez, sentries }: BakerySettings) {
  const own = sentries.flatMap((sentry, i) =>
    sentry.octez === undefined ? [] : [{ version: sentry.octez, setting: ['sentries', i, 'octez'] }],
  );
  return [{ version: octez.node, setting: ['octez', 'node'] }, ...own];
}

/** The newest protocol that the release knows, if that is too old for the chain. A node knows all earlier ones too. */
function newestKnown(version: string | undefined, settings: BakerySettings): string | undefined {
  const [protocol, release] = [protocolOf(settings), version === undefined ? undefined : octezRelease(version)];
  const newest = release?.bakerProtocols.reduce((a, b) => (a > b ? a : b));
  return protocol && newest && newest < protocol.number ? newest : undefined;
}

/** Two sentries, the first of which has a release of its own. */
const tryOut = (version: string, historyMode = 'rolling'): Edit => [
  [['privateNode'], { memoryGiB: 4 }],
  [
    ['sentries'],
    [
      { name: 'a', memoryGiB: 2, historyMode, octez: version },
      { name: 'b', memoryGiB: 2, historyMode },
    ],
  ],
];

/** A bakery file whose snapshots these two confirm. */
const onlyTwo = (...publicRpcs: readonly PublicRpc[]): Broken => ({
  by: [[['bringUp'], { publicRpcs }]],
  says: 'names 1 independent operator; a snapshot must be confirmed by two',
});

/** A network that says it is another one and is one of ours. */
const isReally = (name: string, config: NetworkConfig): Broken => ({
  by: [[['network'], { custom: { ...customNetwork('ushuaia'), config } }], [['cluster'], regionalCluster], ...watched],
  says: `is the chain ${name}, whose rules count`,
});

export const chainRules: readonly Rule[] = [
  {
    name: 'Octez releases are known',
    reads: ['octez', 'sentries[].octez'],
    find({ settings }) {
      const { baker, signer } = settings.octez;
      const others = Object.entries({ baker, signer }).flatMap(([program, version]) =>
        version === undefined ? [] : [{ version, setting: ['octez', program] }],
      );
      return [...nodeReleases(settings), ...others].flatMap(({ version, setting }) =>
        finding(setting, releaseProblem(version), null),
      );
    },
    broken: { by: [[['octez', 'node'], '99.0']], says: '"99.0" is not an Octez release that we know' },
    alsoBroken: [
      { by: [[['octez', 'signer'], '99.0']], says: '"99.0" is not an Octez release that we know' },
      { by: tryOut('99.0'), says: '"99.0" is not an Octez release that we know' },
    ],
  },
  {
    name: 'the node is at least as new as the baker',
    reads: ['octez'],
    find({ settings: { octez } }) {
      if (octez.baker === undefined || compareReleases(octez.baker, octez.node) <= 0) return [];
      return finding(
        ['octez', 'baker'],
        `is newer than the node (${octez.node}), and would refuse to start; upgrade octez.node first`,
      );
    },
    broken: {
      by: [
        [['octez', 'node'], '25.1'],
        [['octez', 'baker'], '25.2'],
      ],
      says: 'is newer than the node (25.1), and would refuse to start; upgrade octez.node first',
    },
  },
  {
    name: 'the release runs the protocol of the network',
    reads: ['network', 'octez'],
    find({ settings }) {
      const [protocol, release] = [protocolOf(settings), octezRelease(bakerVersion(settings))];
      if (!protocol || !release || release.bakerProtocols.includes(protocol.number)) return [];
      const can = release.bakerProtocols.join(' and ');
      return finding(
        bakerSetting(settings),
        `bakes protocols ${can}; the network runs ${protocol.number} (${protocol.name}): write a release made for it`,
      );
    },
    broken: { by: [[['octez', 'node'], '23.3']], says: 'bakes protocols 022 and 023; the network runs 025 (ushuaia)' },
  },
  {
    name: 'a sentry that tries a release can follow the chain',
    reads: ['network', 'sentries[].octez'],
    find({ settings }) {
      const { number, name } = protocolOf(settings) ?? {};
      return settings.sentries.flatMap(({ octez }, i) => {
        const newest = newestKnown(octez, settings);
        const message = `knows no protocol after ${newest}, and the network runs ${number} (${name}): write a release made for it`;
        return finding(['sentries', i, 'octez'], newest && message);
      });
    },
    broken: { by: [[['octez', 'node'], '25.2'], ...tryOut('22.1')], says: 'knows no protocol after 022' },
  },
  {
    name: 'no sentry is left behind',
    reads: ['network', 'octez', 'sentries[].octez'],
    severity: 'warning',
    find({ settings }) {
      const { node } = settings.octez;
      return settings.sentries.flatMap(({ octez }, i) => {
        if (octez === undefined || compareReleases(octez, node) >= 0 || newestKnown(octez, settings)) return [];
        return finding(['sentries', i, 'octez'], `is older than octez.node (${node}); take the line out`);
      });
    },
    broken: { by: tryOut('25.1'), says: 'is older than octez.node (25.2); take the line out' },
  },
  {
    name: 'the release can be told which network it is on',
    reads: ['network', 'octez', 'sentries[].octez'],
    find({ settings }) {
      const network = networkOf(settings);
      if (network.name === 'custom' || settings.network.custom) return [];
      return nodeReleases(settings).flatMap(({ version, setting }) => {
        const release = octezRelease(version);
        const alias = release && networkConfigFor(network, release).alias;
        if (!alias || release.networkAliases.includes(alias.name)) return [];
        return finding(setting, `does not know the network ${alias.name}; write one of the releases that do`);
      });
    },
    broken: {
      by: [
        [['network'], 'carthagenet'],
        [['liquidityBakingVote'], undefined],
        [['octez', 'node'], '25.2'],
        [['octez', 'baker'], '7.5'],
      ],
      says: 'does not know the network carthagenet',
    },
    alsoBroken: [{ by: [...onCarthagenet, ...tryOut('25.2', 'full')], says: 'does not know the network carthagenet' }],
  },
  {
    name: 'octez-signer understands the baker',
    reads: ['network', 'octez', 'custody'],
    find({ settings }) {
      if (!settings.custody.hot) return [];
      const version = versionsOf(settings).signer;
      const [protocol, release] = [protocolOf(settings), octezRelease(version)];
      if (!protocol || !release || release.signerApiVersion >= protocol.signingRequestVersion) return [];
      return finding(
        ['octez', 'signer'],
        `refuses the signing requests of protocol ${protocol.name}; write 25.0 or later`,
        version,
      );
    },
    broken: {
      by: [
        [['custody'], { hot: { secret: 'signing-keys' } }],
        [['octez', 'signer'], '24.4'],
      ],
      says: 'refuses the signing requests of protocol ushuaia; write 25.0 or later',
    },
  },
  {
    name: 'the liquidity-baking vote is chosen where the protocol has it',
    reads: ['network', 'liquidityBakingVote'],
    find({ settings }) {
      const protocol = protocolOf(settings);
      if (!protocol) return [];
      const [has, vote] = [protocol.liquidityBakingVote !== 'none', settings.liquidityBakingVote];
      const path = ['liquidityBakingVote'];
      if (has && vote === undefined)
        return finding(path, 'is missing; it is your vote in every block you bake: write on, off or pass');
      return finding(
        path,
        !has && vote !== undefined ? `is not asked for by protocol ${protocol.name}; take it out` : undefined,
      );
    },
    broken: { by: [[['liquidityBakingVote'], undefined]], says: 'write on, off or pass' },
  },
  {
    name: 'DAL exists on the chain',
    reads: ['network', 'dal'],
    find({ settings }) {
      const protocol = protocolOf(settings);
      if (!settings.dal || !protocol || protocol.hasDal) return [];
      return finding(['dal'], `protocol ${protocol.name} has no DAL; take the section out`);
    },
    broken: { by: [...onCarthagenet, [['dal'], {}]], says: 'protocol carthage has no DAL; take the section out' },
  },
  {
    name: 'a custom network names a known protocol',
    reads: ['network'],
    find({ settings: { network } }) {
      if (!network.custom || protocolNamed(network.custom.protocol)) return [];
      const near = nearest(network.custom.protocol, protocolNames);
      const hint = near ? `did you mean ${near}?` : `write one of: ${protocolNames.join(', ')}`;
      return finding(['network', 'custom', 'protocol'], `is not a protocol that we know; ${hint}`);
    },
    broken: { by: [[['network'], { custom: customNetwork('ushuaja') }]], says: 'did you mean ushuaia?' },
  },
  {
    name: 'a custom network is none of ours under another name',
    reads: ['network'],
    find({ settings: { network } }) {
      const twin = network.custom && builtInTwin(network.custom);
      const message = `is the chain ${twin?.name}, whose rules count (hot keys, disks, keys in two files); write network: ${twin?.name}`;
      return finding(['network', 'custom'], twin && message);
    },
    broken: {
      by: [
        [['network'], { custom: { ...customNetwork('ushuaia'), chainId: 'NetXdQprcVkpaWU' } }],
        [['cluster'], regionalCluster],
        ...watched,
      ],
      says: 'is the chain mainnet, whose rules count',
    },
    alsoBroken: [
      isReally('shadownet', { alias: { name: 'shadownet' } }),
      isReally('shadownet', { alias: { name: 'ShadowNet' } }),
      isReally('bakingnet', { url: { url: 'https://teztnets.com/bakingnet' } }),
      isReally('bakingnet', { url: { url: 'https://teztnets.com/bakingnet/' } }),
      isReally('bakingnet', { url: { url: 'https://Teztnets.com.:443//%62akingnet' } }),
      isReally('mainnet', { alias: { name: 'Mainnet' } }),
      isReally('mainnet', { inline: { chain_name: 'TEZOS_MAINNET' } }),
      isReally('mainnet', {
        inline: {
          chain_name: 'MINE',
          genesis: { block: 'BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW2' },
        },
      }),
    ],
  },
  {
    name: 'a chain id is valid',
    reads: ['network'],
    find({ settings: { network } }) {
      return network.custom
        ? finding(['network', 'custom', 'chainId'], chainIdProblem(network.custom.chainId), null)
        : [];
    },
    broken: {
      by: [[['network'], { custom: { ...customNetwork('ushuaia'), chainId: 'NetXXWAHLEvre9c' } }]],
      says: '"NetXXWAHLEvre9c" fails its checksum',
    },
  },
  {
    name: 'the pinned block is a valid block hash',
    reads: ['bringUp'],
    find({ settings: { bringUp } }) {
      return bringUp.block ? finding(['bringUp', 'block', 'hash'], blockHashProblem(bringUp.block.hash), null) : [];
    },
    broken: { by: [[['bringUp'], { block: { hash: 'BL1234' } }]], says: 'copy it again' },
  },
  {
    name: 'a snapshot is confirmed by two operators, or by a pinned block',
    reads: ['network', 'bringUp'],
    find({ settings }) {
      const { snapshots, publicRpcs, block } = bringUpOf(settings);
      const witnesses = independentWitnesses(publicRpcs); // one node under two names is one
      if (snapshots.length === 0 || block || witnesses >= 2) return [];
      return finding(
        ['bringUp', 'publicRpcs'],
        `names ${witnesses} independent operator${witnesses === 1 ? '' : 's'}; a snapshot must be confirmed by two: add another, with another host and another operator, or pin bringUp.block.hash`,
      );
    },
    broken: {
      by: [[['bringUp'], { publicRpcs: [{ operator: 'one', url: 'https://rpc.example.org' }] }]],
      says: 'names 1 independent operator; a snapshot must be confirmed by two',
    },
    alsoBroken: [
      ['https://rpc.example.org/a', 'https://RPC.example.org/b'],
      ['https://rpc.example.org/a', 'https://rpc.example.org:443/a'],
      ['https://rpc.example.org/a', 'https://rpc.example.org./a'],
    ]
      .map(([one, two]) => onlyTwo({ operator: 'one', url: one }, { operator: 'two', url: two }))
      .concat(
        ['one ', 'One'].map((again) =>
          onlyTwo(
            { operator: 'one', url: 'https://rpc.example.org' },
            { operator: again, url: 'https://rpc.example.com' },
          ),
        ),
        onlyTwo(
          { operator: 'a node', url: 'https://rpc.example.org' },
          { operator: 'a  node', url: 'https://rpc.example.com' },
        ),
      ),
  },
  {
    name: 'an old release verifies a snapshot by a pinned block only',
    reads: ['network', 'octez', 'sentries[].octez', 'bringUp'],
    find({ settings }) {
      const { snapshots, block } = bringUpOf(settings);
      const old = nodeReleases(settings).find(({ version }) => octezRelease(version)?.hasSnapshotInfo === false);
      if (snapshots.length === 0 || block || !old) return [];
      return finding(
        ['bringUp', 'block'],
        `Octez ${old.version} cannot say which block a snapshot holds; pin bringUp.block.hash, or write bringUp: {snapshots: []}`,
        null,
      );
    },
    broken: {
      by: [
        ...onCarthagenet,
        [
          ['bringUp'],
          {
            snapshots: [{ operator: 'one', url: 'https://snapshots.example.org/{mode}' }],
            publicRpcs: [
              { operator: 'one', url: 'https://rpc.example.org' },
              { operator: 'two', url: 'https://rpc.example.com' },
            ],
          },
        ],
      ],
      says: 'Octez 7.5 cannot say which block a snapshot holds',
    },
  },
  {
    name: 'additional cycles exist in the release',
    reads: ['octez', 'privateNode', 'sentries'],
    find({ settings }) {
      const { privateNode, sentries, octez } = settings;
      return [{ ...privateNode, octez: undefined }, ...sentries].flatMap(
        ({ historyMode, octez: own = octez.node }, i) => {
          const release = octezRelease(own);
          if (!release || release.hasAdditionalCycles) return [];
          if ((historyMode.rolling?.additionalCycles ?? 1) === 1) return [];
          const path = i === 0 ? ['privateNode'] : ['sentries', i - 1];
          return finding(
            [...path, 'historyMode', 'rolling', 'additionalCycles'],
            `is not known to Octez ${release.version}; take it out`,
          );
        },
      );
    },
    broken: {
      by: [...onCarthagenet, [['privateNode'], { historyMode: { rolling: { additionalCycles: 5 } } }]],
      says: 'is not known to Octez 7.5; take it out',
    },
  },
  {
    name: 'a pinned block is of one kind of snapshot',
    reads: ['bringUp', 'privateNode', 'sentries'],
    find({ settings }) {
      const { snapshots, block } = bringUpOf(settings);
      const modes = [settings.privateNode, ...settings.sentries].map(({ historyMode }) =>
        historyMode.full ? 'full' : historyMode.rolling && 'rolling',
      );
      const mixed = block && snapshots.length > 0 && modes.includes('full') && modes.includes('rolling');
      const message =
        'is one block, but rolling and full snapshots hold different ones: some nodes would never import; use one history mode, or take the block out';
      return finding(['bringUp', 'block', 'hash'], mixed ? message : undefined);
    },
    broken: {
      by: [
        [['bringUp'], { block: { hash: 'BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW2' } }],
        [['privateNode'], { memoryGiB: 4 }],
        [['sentries'], ['a', 'b'].map((name) => ({ name, memoryGiB: 2, historyMode: 'full' }))],
      ],
      says: 'is one block, but rolling and full snapshots hold different ones',
    },
  },
  {
    name: 'DAL before Octez 25.2 can stall the baker',
    reads: ['octez', 'dal'],
    severity: 'warning',
    find({ settings }) {
      const version = bakerVersion(settings);
      const stalls = settings.dal && octezRelease(version)?.binaries.dalNode && compareReleases(version, '25.2') < 0;
      // The baker waited for the DAL node's health check (v25 branch after 25.1: !22538).
      return finding(
        bakerSetting(settings),
        stalls ? 'has a baker that a DAL node without an answer can stall; write 25.2 or later' : undefined,
      );
    },
    broken: {
      by: [
        [['octez', 'node'], '25.1'],
        [['dal'], {}],
      ],
      says: 'has a baker that a DAL node without an answer can stall; write 25.2 or later',
    },
  },
];
