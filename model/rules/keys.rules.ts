import { type BakerKey, keyRoles, keysOf, signingKeysOf } from '../bakery-keys';
import { exampleKeys } from '../example-keys';
import { bakerAddressProblem, curveOf, publicKeyMismatch, publicKeyProblem } from '../tezos/keys';
import { isMainnet, maybeSameChain, networkOf } from '../tezos/networks';
import { protocolNamed } from '../tezos/protocols';
import { signatoryReads } from '../tezos/signatory';
import { customNetwork, onCarthagenet, onMainnet, withHotKey } from './edits';
import { type Candidate, type Finding, finding, type Rule } from './rule';

const holds = ({ settings }: Candidate, address: string) => keysOf(settings).some((key) => key.address === address);

const everyKey = ['bakers[].address', 'bakers[].publicKey', 'bakers[].consensusKey', 'bakers[].companionKey'];
const tz2Key = {
  address: 'tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c',
  publicKey: 'sppk7ZNS9KaHKGQ5A32ZVQiqPCdhccZ7Eno6jTjUCrJS3zQyb3bGx91',
};
const otherTz2 = {
  address: 'tz2F8MJptkTfNAmUWBkZENKkh6sfYiGzZNzn',
  publicKey: 'sppk7ZcsJKvuLEnByKe643LCr8vam8RrjJPQ2GKqmm4NY9u6v8omZan',
};
const tz4Key = {
  address: 'tz4CZUEvrDePw2L6TpyMvwenaJLXLP2n2Kx7',
  publicKey: 'BLpk1yoV6VgKgxEYEfn5gwhiX3BrEiJW6Q21ZWsrgxoQCVUKqXFXUBkF3wr7gi8QbVozqNjTN7Ed',
};
const otherTz4 = {
  address: 'tz4AUBL3jme5imVjSWQMcJAtbE17yFVJDiMX',
  publicKey: 'BLpk1qJWsx1eqgJk24B1AohiZhu1CnQkQmtb8oJR6SrkEXcAeQUmH7Pu9DUVoCHfyhNzdQ3xRUie',
};
const SMALLEST_ADDRESS = 'tz1WpEr7bNfYDCoSuCGJyzKLqn64xAfdjG6U';

/** What was meant is searched for, which takes its time: of more wrong keys the first ones say enough. */
const MOST_FINDINGS = 20;

const eachKey = (find: (key: BakerKey, candidate: Candidate) => Finding[]) => (candidate: Candidate) => {
  const found: Finding[] = [];
  for (const key of keysOf(candidate.settings)) {
    if (found.length < MOST_FINDINGS) found.push(...find(key, candidate));
  }
  return found;
};

export const keyRules: readonly Rule[] = [
  {
    name: 'an address is a valid tz1 to tz4 address',
    reads: everyKey,
    find: eachKey(({ setting, address }) => finding([...setting, 'address'], bakerAddressProblem(address), null)),
    broken: {
      by: [[['bakers', 0, 'address'], 'tz1WpEr7bNfYDCoSuCGJyzKLqn64xAfdjG6V']],
      says: `"tz1WpEr7bNfYDCoSuCGJyzKLqn64xAfdjG6V" fails its checksum; did you mean ${SMALLEST_ADDRESS}?`,
    },
  },
  {
    name: 'a public key is a valid public key',
    reads: everyKey,
    find: eachKey(({ setting, publicKey }) => finding([...setting, 'publicKey'], publicKeyProblem(publicKey), null)),
    broken: { by: [[['bakers', 0, 'publicKey'], 'edpk1234']], says: 'copy it again' },
  },
  {
    name: 'a public key hashes to its address',
    reads: everyKey,
    find: eachKey(({ setting, address, publicKey }) =>
      finding([...setting, 'publicKey'], publicKeyMismatch(address, publicKey), null),
    ),
    broken: {
      by: [[['bakers', 0, 'publicKey'], tz2Key.publicKey]],
      says: `is the public key of ${tz2Key.address}, not of ${SMALLEST_ADDRESS}`,
    },
  },
  {
    name: 'a key stands once in a file',
    reads: everyKey,
    find({ settings }) {
      const keys = keysOf(settings);
      return keys.flatMap(({ setting, address }, i) => {
        const first = keys.slice(0, i).find((other) => other.address === address);
        return first
          ? finding(
              [...setting, 'address'],
              `is already the ${first.role} key of bakers[${first.setting[1]}]; two uses of one key can sign twice`,
            )
          : [];
      });
    },
    alsoBroken: [
      {
        by: [
          ...withHotKey,
          [['bakers', 0, 'consensusKey'], tz2Key],
          [['bakers', 1], { name: 'other', ...otherTz2, consensusKey: tz2Key }],
        ],
        says: 'is already the consensus key of bakers[0]',
      },
    ],
    broken: {
      by: [
        [
          ['bakers', 0, 'consensusKey'],
          { address: SMALLEST_ADDRESS, publicKey: 'edpktnjswEnsTqDt3SSkdqo2YDzg3c56xSotr8BDWj82ureBErFLEb' },
        ],
      ],
      says: 'is already the delegate key of bakers[0]',
    },
  },
  {
    name: 'a key stands in one file of a network',
    reads: ['network', ...everyKey],
    find(candidate, all) {
      const network = networkOf(candidate.settings);
      return keysOf(candidate.settings).flatMap(({ setting, address }) => {
        const other = all.find((each) => {
          return each !== candidate && holds(each, address) && maybeSameChain(networkOf(each.settings), network);
        });
        const message = `is a key of ${other?.file} too; two bakeries with one key sign twice: take it out of one of them`;
        return finding([...setting, 'address'], other && message);
      });
    },
    broken: {
      by: [],
      beside: [[['google', 'project'], { existing: { id: 'other-project' } }]],
      says: 'two bakeries with one key sign twice',
    },
    alsoBroken: [
      {
        by: [[['bakers', 0, 'consensusKey'], tz2Key]],
        beside: [
          [['google', 'project'], { existing: { id: 'other-project' } }],
          ...withHotKey,
          [['bakers', 0], { name: 'other', ...otherTz2, consensusKey: tz2Key }],
        ],
        says: 'two bakeries with one key sign twice',
      },
      {
        // A custom network may be any chain: its chain id is only what its file says.
        by: [],
        beside: [
          [['google', 'project'], { existing: { id: 'other-project' } }],
          [['network'], { custom: customNetwork('ushuaia') }],
        ],
        says: 'two bakeries with one key sign twice',
      },
    ],
  },
  {
    name: 'the key of an example stays in its example',
    reads: everyKey,
    find: eachKey(({ setting, address }, { name }) => {
      const owner = exampleKeys.get(address);
      const message = `is the throwaway key of the example ${owner}; write your own baker's address`;
      return finding([...setting, 'address'], owner && owner !== name ? message : undefined);
    }),
    broken: {
      by: [
        [['bakers', 0, 'address'], 'tz2UfiRX69g7KURzP9JDfT4tig1o458EsMQU'],
        [['bakers', 0, 'publicKey'], 'sppk7arBj1YbPJKgmsT44zBggS4AYXuEtezHzAdyTCnm8E9U4XMZuM7'],
      ],
      says: "is the throwaway key of the example mainnet; write your own baker's address",
    },
  },
  {
    name: 'bakers have different names',
    reads: ['bakers[].name'],
    find({ settings: { bakers } }) {
      return bakers.flatMap(({ name }, i) => {
        const first = bakers.findIndex((baker) => baker.name === name);
        return finding(
          ['bakers', i, 'name'],
          first < i ? `is already the name of bakers[${first}]; give each baker its own` : undefined,
        );
      });
    },
    broken: {
      by: [...withHotKey, [['bakers', 1], { name: 'baker', ...tz2Key }]],
      says: 'is already the name of bakers[0]',
    },
  },
  {
    name: 'no baker is named like the key of another',
    reads: ['bakers[].name'],
    find({ settings: { bakers } }) {
      return bakers.flatMap(({ name }, i) => {
        const reserved = keyRoles.find((role) => name.endsWith(`-${role}`));
        const message = `ends in -${reserved}, as the wallet calls the ${reserved} key of a baker; choose another name`;
        return finding(['bakers', i, 'name'], reserved && message);
      });
    },
    broken: {
      by: [...withHotKey, [['bakers', 0, 'name'], 'alice-consensus']],
      says: 'ends in -consensus, as the wallet calls the consensus key of a baker; choose another name',
    },
  },
  {
    name: 'a hot key is not for mainnet',
    reads: ['network', 'custody'],
    find({ settings }) {
      const hot = settings.custody.hot && isMainnet(settings);
      return finding(
        ['custody', 'hot'],
        hot
          ? 'keeps the key in the cluster, where whoever enters it can sign; on mainnet write homes or kms'
          : undefined,
      );
    },
    broken: {
      by: [...onMainnet, [['custody'], { hot: { secret: 'signing-keys' } }]],
      says: 'on mainnet write homes or kms',
    },
  },
  {
    name: 'Cloud KMS signs for tz2 and tz3',
    reads: ['custody', ...everyKey],
    find({ settings }) {
      if (!settings.custody.kms) return [];
      const possible = ['secp256k1', 'p256', undefined];
      return signingKeysOf(settings)
        .filter(({ address }) => !possible.includes(curveOf(address)))
        .flatMap(({ setting }) =>
          finding([...setting, 'address'], 'cannot be held by Cloud KMS; use a tz2 or tz3 key'),
        );
    },
    broken: { by: [[['custody'], 'kms']], says: 'cannot be held by Cloud KMS; use a tz2 or tz3 key' },
  },
  {
    name: 'what signs with Cloud KMS reads what the bakers of the chain sign',
    reads: ['network', 'custody'],
    find({ settings }) {
      const protocol = protocolNamed(networkOf(settings).protocol);
      if (!settings.custody.kms || !protocol || signatoryReads(protocol)) return [];
      const message = `cannot sign on a chain that runs ${protocol.name}: Signatory reads no blocks and endorsements of its time; write homes or hot`;
      return finding(['custody'], message);
    },
    broken: {
      by: [...onCarthagenet, [['custody'], 'kms'], [['bakers', 0], { name: 'baker', ...tz2Key }]],
      says: 'cannot sign on a chain that runs carthage',
    },
  },
  {
    name: 'the chain knows tz4',
    reads: ['network', ...everyKey],
    find({ settings }) {
      const protocol = protocolNamed(networkOf(settings).protocol);
      if (!protocol || protocol.allowsTz4Delegates) return [];
      return keysOf(settings)
        .filter(({ address }) => curveOf(address) === 'bls12-381')
        .flatMap(({ setting }) =>
          finding([...setting, 'address'], `is a tz4 key; protocol ${protocol.name} does not let tz4 keys bake`),
        );
    },
    broken: {
      by: [
        [['network'], { custom: customNetwork('rio') }],
        [['octez', 'node'], '22.1'],
        [['custody', 'homes', 'signers', 0, 'device'], { tcp: { url: 'tcp://169.254.1.1:7732' } }],
        [['bakers', 0, 'consensusKey'], tz4Key],
      ],
      says: 'protocol rio does not let tz4 keys bake',
    },
  },
  {
    name: 'consensus keys came with Lima',
    reads: ['network', 'bakers[].consensusKey'],
    find({ settings }) {
      const protocol = protocolNamed(networkOf(settings).protocol);
      if (!protocol || protocol.number >= '015') return [];
      return keysOf(settings)
        .filter(({ role }) => role === 'consensus')
        .flatMap(({ setting }) =>
          finding(setting, `protocol ${protocol.name} has no consensus keys (they came with Lima); take it out`, null),
        );
    },
    broken: {
      by: [...onCarthagenet, [['bakers', 0, 'consensusKey'], tz2Key]],
      says: 'protocol carthage has no consensus keys',
    },
  },
  {
    name: 'a companion key is tz4 and stands beside a tz4 consensus key',
    reads: everyKey,
    find({ settings: { bakers } }) {
      return bakers.flatMap(({ address, consensusKey, companionKey }, i) => {
        if (!companionKey) return [];
        const path = ['bakers', i, 'companionKey', 'address'];
        if (curveOf(companionKey.address) !== 'bls12-381')
          return finding(path, 'is not a tz4 key; a companion key must be tz4');
        const signsWithTz4 = curveOf(consensusKey?.address ?? address) === 'bls12-381';
        return finding(
          path,
          signsWithTz4
            ? undefined
            : 'stands beside a signing key that is not tz4, which needs no companion key; take it out',
        );
      });
    },
    broken: {
      by: [...withHotKey, [['bakers', 0, 'companionKey'], tz2Key]],
      says: 'is not a tz4 key; a companion key must be tz4',
    },
  },
  {
    name: 'DAL with tz4 needs a companion key',
    reads: ['dal', ...everyKey],
    find({ settings: { bakers, dal } }) {
      if (!dal) return [];
      return bakers.flatMap(({ address, consensusKey, companionKey }, i) => {
        const signsWithTz4 = curveOf(consensusKey?.address ?? address) === 'bls12-381';
        const message =
          'is missing: a tz4 key attests DAL with a companion key only; write one, or take the dal section out';
        return finding(['bakers', i, 'companionKey'], signsWithTz4 && !companionKey ? message : undefined);
      });
    },
    broken: {
      by: [
        [['dal'], {}],
        [['custody', 'homes', 'signers', 0, 'device'], { tcp: { url: 'tcp://169.254.1.1:7732' } }],
        [['bakers', 0, 'consensusKey'], otherTz4],
      ],
      says: 'a tz4 key attests DAL with a companion key only',
    },
  },
];
