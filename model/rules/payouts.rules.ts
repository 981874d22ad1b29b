import { keysOf } from '../bakery-keys';
import { exampleKeys } from '../example-keys';
import { payoutNodes } from '../payout-nodes';
import type { BakerySettings } from '../settings/bakery.settings';
import { chosen } from '../settings/chosen';
import { smallestBakery } from '../settings/smallest';
import { accountProblem, bakerAddressProblem, curveOf, publicKeyMismatch, publicKeyProblem } from '../tezos/keys';
import { chainConstants, isMainnet, maybeSameChain, networkOf } from '../tezos/networks';
import { protocolNamed } from '../tezos/protocols';
import { payoutsOf, walletsOf } from '../wallets';
import { customNetwork, onCarthagenet, onMainnet } from './edits';
import { bakeryOf, type Candidate, type Edit, type Finding, finding, type Rule } from './rule';

/** The cycle that Backerei computes is right where rights follow stake so many cycles later (Delegation.hs, line 49). */
const BACKEREI_DELAY_CYCLES = 5;

const everything = ['network', 'payouts', 'bakers[].name', 'bakers[].address'];

const p256 = {
  address: 'tz3MxeZqHRJxBML29Gm2VGxG9YK1PkMT3xFC',
  publicKey: 'p2pk66u4N2jfpskdHR6mrYQxLTGEGZbUY8qzXGX3BiHyn6MmedHjoxW',
};
const ed25519 = { address: smallestBakery.bakers[0].address, publicKey: smallestBakery.bakers[0].publicKey };

const wallet = { baker: 'baker', feePercent: 5, maxTezPerCycle: 100 };

/** Edits that begin from these. */
function paying(more: object = {}, ofWallet: object = {}): Edit {
  const tezpay = { firstCycle: 900, donatePercent: 0, analytics: false, wallets: [{ ...wallet, ...ofWallet }] };
  return [[['payouts'], { tezpay: { ...tezpay, ...more } }]];
}
function payingByBackerei(more: object = {}, ofWallet: object = {}): Edit {
  return [[['payouts'], { backerei: { firstCycle: 200, wallets: [{ ...wallet, ...ofWallet }], ...more } }]];
}

/** What Backerei needs. */
const anArchive: Edit = [[['privateNode'], { historyMode: 'archive' }]];

const protocolOf = ({ settings }: Candidate) => protocolNamed(networkOf(settings).protocol);
/** Where a setting of payouts stands, whichever engine pays. */
const at = (settings: BakerySettings, ...path: readonly (string | number)[]) => [
  ...(payoutsOf(settings)?.path ?? []),
  ...path,
];

interface Key {
  readonly address: string;
  readonly publicKey: string;
}

/** Of each wallet that has a key, what is wrong with it. */
const eachKey =
  (find: (key: Key, setting: Finding['setting'], candidate: Candidate, all: readonly Candidate[]) => Finding[]) =>
  (candidate: Candidate, all: readonly Candidate[]) =>
    walletsOf(candidate.settings).flatMap(({ settings: { key }, setting }) =>
      key ? find(key, [...setting, 'key'], candidate, all) : [],
    );

const engineRules: readonly Rule[] = [
  {
    name: 'an engine pays on the chains that it reads',
    reads: everything,
    find(candidate) {
      const payouts = payoutsOf(candidate.settings);
      const protocol = protocolOf(candidate);
      if (!payouts || !protocol || protocol.payoutEngine === payouts.engine) return [];
      const { payoutEngine, name } = protocol;
      const instead =
        payoutEngine === 'none' ? 'take payouts out: no engine that we know does' : `write ${payoutEngine}`;
      return finding(payouts.path, `cannot read a chain that runs ${name}; ${instead}`, null);
    },
    broken: { by: payingByBackerei(), says: 'cannot read a chain that runs ushuaia; write tezpay' },
    alsoBroken: [
      { by: [...onCarthagenet, ...paying()], says: 'cannot read a chain that runs carthage; write backerei' },
    ],
  },
  {
    name: 'tezpay has an indexer that knows the chain',
    reads: everything,
    find(candidate) {
      const network = networkOf(candidate.settings);
      const missing = candidate.settings.payouts?.tezpay && protocolOf(candidate)?.payoutEngine === 'tezpay';
      const message = `reads what a baker has earned from TzKT, which is not known to index ${network.name}; take payouts out`;
      return finding(['payouts', 'tezpay'], missing && !network.tzkt ? message : undefined, null);
    },
    broken: {
      by: [[['network'], { custom: customNetwork('ushuaia') }], ...paying()],
      says: 'reads what a baker has earned from TzKT, which is not known to index testnet',
    },
  },
  {
    name: 'Backerei pays only where it computes the right cycle',
    reads: everything,
    find({ settings }) {
      const delay = chainConstants(networkOf(settings))?.consensusRightsDelayCycles;
      const wrong = settings.payouts?.backerei?.dryRun === false && delay !== BACKEREI_DELAY_CYCLES;
      const message = `pays for the wrong cycle: Backerei takes the stake of seven cycles earlier, which is right where preserved_cycles is ${BACKEREI_DELAY_CYCLES}, and this chain has ${delay}; take it out`;
      return finding(['payouts', 'backerei', 'dryRun'], wrong ? message : undefined);
    },
    broken: {
      by: [...onCarthagenet, ...anArchive, ...payingByBackerei({ dryRun: false })],
      says: 'Backerei takes the stake of seven cycles earlier, which is right where preserved_cycles is 5, and this chain has 3',
    },
  },
  {
    name: 'Backerei has an archive to read',
    reads: [...everything, 'privateNode', 'sentries'],
    find(candidate) {
      const { settings } = candidate;
      const bakery = bakeryOf(candidate);
      if (!settings.payouts?.backerei || bakery?.protocol.payoutEngine !== 'backerei') return [];
      const hasOne = payoutNodes(bakery)[0].component === 'sentry' || settings.privateNode.historyMode.archive;
      const message =
        'is what no node of this bakery has: Backerei reads states of weeks ago; write archive, here or at a sentry';
      return finding(['privateNode', 'historyMode'], hasOne ? undefined : `archive ${message}`, null);
    },
    broken: { by: [...onCarthagenet, ...payingByBackerei()], says: 'archive is what no node of this bakery has' },
  },
  {
    name: 'what pays on mainnet does not run on spot nodes',
    reads: ['network', 'cluster', 'payouts'],
    find({ settings }) {
      const isSpot = chosen(settings.cluster).section.auxiliary.spot;
      const pays = payoutsOf(settings)?.section.dryRun === false && isMainnet(settings);
      const message =
        'pays from nodes that Google may take at any moment, in the middle of a transfer too; take spot out of the auxiliary pool, or this line';
      return finding(at(settings, 'dryRun'), pays && isSpot ? message : undefined);
    },
    broken: {
      by: [...onMainnet, [['cluster', 'regional', 'auxiliary'], { spot: true }], ...paying({ dryRun: false })],
      says: 'pays from nodes that Google may take at any moment',
    },
  },
  {
    name: 'a cycle is paid before the next one ends',
    reads: ['network', 'payouts'],
    find({ settings }) {
      const cycle = chainConstants(networkOf(settings))?.blocksPerCycle;
      const delay = payoutsOf(settings)?.section.delayBlocks;
      const late = cycle !== undefined && delay !== undefined && delay >= cycle;
      return finding(at(settings, 'delayBlocks'), late ? `is a cycle or more; write less than ${cycle}` : undefined);
    },
    broken: { by: paying({ delayBlocks: 3600 }), says: 'is a cycle or more; write less than 3600' },
  },
];

const walletRules: readonly Rule[] = [
  {
    name: 'a wallet pays for a baker of its file, and each baker has one',
    reads: everything,
    find({ settings }) {
      const known = settings.bakers.map(({ name }) => name);
      const named = payoutsOf(settings)?.section.wallets.map(({ baker }) => baker) ?? [];
      return named.flatMap((name, i) => {
        const unknown = `is no baker of this file; write one of: ${known.join(', ')}`;
        const second =
          named.indexOf(name) < i ? 'has a wallet already: who pays twice is nobody that a key stops' : undefined;
        return finding(at(settings, 'wallets', i, 'baker'), known.includes(name) ? second : unknown);
      });
    },
    broken: { by: paying({}, { baker: 'bob' }), says: 'is no baker of this file; write one of: baker' },
    alsoBroken: [{ by: paying({ wallets: [wallet, wallet] }), says: 'has a wallet already' }],
  },
  {
    name: 'the key of a wallet is a key',
    reads: everything,
    find: eachKey(({ address, publicKey }, setting) => [
      ...finding([...setting, 'address'], bakerAddressProblem(address), null),
      ...finding([...setting, 'publicKey'], publicKeyProblem(publicKey) ?? publicKeyMismatch(address, publicKey), null),
    ]),
    broken: { by: paying({}, { key: { ...p256, address: 'tz3' } }), says: 'copy it again' },
    alsoBroken: [
      { by: paying({}, { key: { ...p256, publicKey: 'p2pk' } }), says: 'copy it again' },
      { by: paying({}, { key: { ...p256, publicKey: ed25519.publicKey } }), says: 'is the public key of' },
    ],
  },
  {
    name: 'what holds the key of a wallet can hold it',
    reads: everything,
    find: eachKey(({ address }, setting, { settings }) => {
      const curve = curveOf(address);
      const kms = payoutsOf(settings)?.section.custody.kms;
      if (curve === undefined) return [];
      if (kms && curve !== 'p256')
        return finding([...setting, 'address'], 'is not the key that Cloud KMS makes for a wallet, which is tz3');
      const message = 'is a tz4 key, whose reveals hold more than others: payout-guard does not read them; use another';
      return finding([...setting, 'address'], curve === 'bls12-381' ? message : undefined);
    }),
    broken: {
      by: paying(
        {},
        {
          key: {
            address: 'tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c',
            publicKey: 'sppk7ZNS9KaHKGQ5A32ZVQiqPCdhccZ7Eno6jTjUCrJS3zQyb3bGx91',
          },
        },
      ),
      says: 'is not the key that Cloud KMS makes for a wallet, which is tz3',
    },
    alsoBroken: [
      {
        by: paying(
          { custody: { hot: { secret: 'wallets' } } },
          {
            key: {
              address: 'tz4CZUEvrDePw2L6TpyMvwenaJLXLP2n2Kx7',
              publicKey: 'BLpk1yoV6VgKgxEYEfn5gwhiX3BrEiJW6Q21ZWsrgxoQCVUKqXFXUBkF3wr7gi8QbVozqNjTN7Ed',
            },
          },
        ),
        says: 'is a tz4 key, whose reveals hold more than others',
      },
    ],
  },
  {
    name: "a wallet is nobody's baker, consensus or companion key",
    reads: [...everything, 'bakers[].consensusKey', 'bakers[].companionKey'],
    find: eachKey(({ address }, setting, _, all) => {
      const uses = all.flatMap(({ settings, file }) => keysOf(settings).map((key) => ({ ...key, file })));
      const use = uses.find((each) => each.address === address);
      const message = `is the ${use?.role} key of a baker of ${use?.file}: what signs transfers would hold it; make a key for the wallet alone`;
      return finding([...setting, 'address'], use && message);
    }),
    broken: {
      by: paying({ custody: { hot: { secret: 'wallets' } } }, { key: ed25519 }),
      says: 'is the delegate key of a baker of bakeries/smallest.yaml',
    },
  },
  {
    name: 'one guard pays from a wallet',
    reads: everything,
    find: eachKey(({ address }, setting, candidate, all) => {
      const network = networkOf(candidate.settings);
      const others = all.flatMap((each) =>
        walletsOf(each.settings).map((wallet) => ({ ...wallet, file: each.file, network: networkOf(each.settings) })),
      );
      const own = (other: (typeof others)[number]) =>
        other.file === candidate.file && other.setting.join() === setting.slice(0, -1).join();
      const other = others.find(
        (each) => !own(each) && each.settings.key?.address === address && maybeSameChain(each.network, network),
      );
      const message = `is the wallet of ${other?.baker} in ${other?.file} too: what one of them pays is foreign to the other; make one for each`;
      return finding([...setting, 'address'], other && message);
    }),
    broken: {
      by: paying({}, { key: p256 }),
      beside: [
        ...paying({}, { key: p256 }),
        [['google', 'project'], { existing: { id: 'other-project' } }],
        [['custody'], { hot: { secret: 'signing-keys' } }],
        [
          ['bakers', 0],
          {
            name: 'baker',
            address: 'tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c',
            publicKey: 'sppk7ZNS9KaHKGQ5A32ZVQiqPCdhccZ7Eno6jTjUCrJS3zQyb3bGx91',
          },
        ],
      ],
      says: 'what one of them pays is foreign to the other; make one for each',
    },
  },
  {
    name: 'the wallet of an example stays in its example',
    reads: everything,
    find: eachKey(({ address }, setting, { name }) => {
      const owner = exampleKeys.get(address);
      const message = `is the throwaway key of the example ${owner}, whose secret half nobody has; take the key out, and synth says where yours comes from`;
      return finding([...setting, 'address'], owner && owner !== name ? message : undefined);
    }),
    broken: {
      by: paying(
        {},
        {
          key: {
            address: 'tz3X8uHggYiQmkWtZA6o7NtbWNV1GZvQysAR',
            publicKey: 'p2pk663bdXLwNpeFR5YhKS7RAziFtpUXus2H13re3ozQntdzSh1wbzD',
          },
        },
      ),
      says: 'is the throwaway key of the example mainnet, whose secret half nobody has',
    },
  },
  {
    name: 'a wallet in a Secret is not the way on mainnet',
    reads: ['network', 'payouts'],
    severity: 'warning',
    find({ settings }) {
      const hot = payoutsOf(settings)?.section.custody.hot && isMainnet(settings);
      const message =
        'keeps the wallet in the cluster, where whoever reads the Secret takes all that is in it; write kms, and send what is left to the new wallet';
      return finding(at(settings, 'custody', 'hot'), hot ? message : undefined, null);
    },
    broken: {
      by: [...onMainnet, ...paying({ custody: { hot: { secret: 'wallets' } } })],
      says: 'keeps the wallet in the cluster',
    },
  },
  {
    name: 'a transfer is no more than a cycle, and a cycle no more than a day',
    reads: ['payouts'],
    find({ settings }) {
      return (payoutsOf(settings)?.section.wallets ?? []).flatMap((each, i) => {
        const { maxTezPerTransfer = 0, maxTezPerCycle, maxTezPerDay = maxTezPerCycle } = each;
        const transfer = `is more than maxTezPerCycle (${maxTezPerCycle}), which stops it first; write at most that`;
        const day = `is less than maxTezPerCycle (${maxTezPerCycle}): no cycle would be paid on one day; write at least that`;
        return [
          ...finding(
            at(settings, 'wallets', i, 'maxTezPerTransfer'),
            maxTezPerTransfer > maxTezPerCycle ? transfer : undefined,
          ),
          ...finding(at(settings, 'wallets', i, 'maxTezPerDay'), maxTezPerDay < maxTezPerCycle ? day : undefined),
        ];
      });
    },
    broken: { by: paying({}, { maxTezPerTransfer: 101 }), says: 'is more than maxTezPerCycle (100)' },
    alsoBroken: [{ by: paying({}, { maxTezPerDay: 99 }), says: 'is less than maxTezPerCycle (100)' }],
  },
];

const tezpayWallets = ({ payouts }: BakerySettings) => payouts?.tezpay?.wallets ?? [];

const delegatorRules: readonly Rule[] = [
  {
    name: 'who is left out of payouts, or has a rule of its own, is an account',
    reads: ['payouts'],
    find({ settings }) {
      return tezpayWallets(settings).flatMap(({ ignore, exceptions }, i) => {
        const path = ['payouts', 'tezpay', 'wallets', i];
        return [
          ...ignore.flatMap((address, j) => finding([...path, 'ignore', j], accountProblem(address), null)),
          ...exceptions.flatMap(({ address, recipient }, j) => [
            ...finding([...path, 'exceptions', j, 'address'], accountProblem(address), null),
            ...finding([...path, 'exceptions', j, 'recipient'], recipient && accountProblem(recipient), null),
          ]),
        ];
      });
    },
    broken: { by: paying({}, { ignore: ['bob'] }), says: '"bob" is not an address' },
    alsoBroken: [
      { by: paying({}, { exceptions: [{ address: 'bob' }] }), says: '"bob" is not an address' },
      {
        by: paying({}, { exceptions: [{ address: p256.address, recipient: 'bob' }] }),
        says: '"bob" is not an address',
      },
    ],
  },
  {
    name: 'a delegator is left out or has a rule of its own, once',
    reads: ['payouts'],
    find({ settings }) {
      return tezpayWallets(settings).flatMap(({ ignore, exceptions }, i) => {
        const path = ['payouts', 'tezpay', 'wallets', i];
        const all = [
          ...ignore.map((address, j) => ({ address, setting: [...path, 'ignore', j] })),
          ...exceptions.map(({ address }, j) => ({ address, setting: [...path, 'exceptions', j, 'address'] })),
        ];
        return all.flatMap(({ address, setting }, j) => {
          const isSecond = all.findIndex((each) => each.address === address) < j;
          return finding(setting, isSecond ? 'stands above already; write each once' : undefined);
        });
      });
    },
    broken: {
      by: paying({}, { ignore: [p256.address], exceptions: [{ address: p256.address, feePercent: 1 }] }),
      says: 'stands above already; write each once',
    },
  },
  {
    name: 'where delegators pay the fees, nobody is paid for two of them',
    reads: ['payouts'],
    find({ settings }) {
      if (!settings.payouts?.tezpay?.feesPaidBy.delegators) return [];
      return tezpayWallets(settings).flatMap(({ exceptions }, i) =>
        exceptions.flatMap(({ address, recipient }, j) => {
          const isShared = exceptions.some(
            (other) => other.address !== address && recipient === (other.recipient ?? other.address),
          );
          const message =
            'is paid for another delegator too: of two amounts less a fee nobody can tell which is whose; write another recipient, or feesPaidBy: baker';
          const setting = ['payouts', 'tezpay', 'wallets', i, 'exceptions', j, 'recipient'];
          return finding(setting, recipient && isShared ? message : undefined);
        }),
      );
    },
    broken: {
      by: paying({ feesPaidBy: { delegators: { feeWindowMutez: 1 } } }, { exceptions: bothTo(ed25519.address) }),
      says: 'is paid for another delegator too',
    },
    alsoBroken: [
      {
        by: paying({ feesPaidBy: { delegators: { feeWindowMutez: 1 } } }, { exceptions: bothTo(p256.address) }),
        says: 'is paid for another delegator too',
      },
    ],
  },
];

/** Two delegators, of whom each that is another is paid there. */
function bothTo(recipient: string): object[] {
  const other = 'tz1VSUr8wwNhLAzempoch5d6hLRiTh8Cjcjb';
  return [
    { address: p256.address, ...(recipient === p256.address ? { feePercent: 1 } : { recipient }) },
    { address: other, recipient },
  ];
}

export const payoutRules: readonly Rule[] = [...engineRules, ...walletRules, ...delegatorRules];
