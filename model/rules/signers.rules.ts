import { signingKeysOf } from '../bakery-keys';
import { portOf } from '../components';
import { exampleSshKeys } from '../example-keys';
import { isPublicAddress } from '../google/cidr';
import { type Signer, signersOf } from '../signers';
import { gatewayAddressCommand } from '../terraform-outputs';
import { curveOf } from '../tezos/keys';
import { ofEach, signersPath } from './each-signer';
import { finding, type Rule } from './rule';

const gatewayPath = ['custody', 'homes', 'gateway'];
const adminPath = ['custody', 'homes', 'admin'];
const everySetting = ['custody', 'bakers[].name', 'bakers[].address', 'bakers[].consensusKey', 'bakers[].companionKey'];

const otherSigner = {
  name: 'other',
  device: 'software',
  keys: ['baker'],
  port: 22002,
  sshKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIgGdAzmpYq0EIlFOvnmJtTklPv083ZRQN6hXlsAMfmJ',
};
const tz2Baker = {
  name: 'alice',
  address: 'tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c',
  publicKey: 'sppk7ZNS9KaHKGQ5A32ZVQiqPCdhccZ7Eno6jTjUCrJS3zQyb3bGx91',
};

/** Two signers with one and the same value of a setting. */
function shared(setting: 'name' | 'port' | 'sshKey', message: (first: string) => string): Rule['find'] {
  return ofEach(({ settings }, i, all) => {
    const value = settings[setting];
    const first = all.slice(0, i).find((other) => value !== undefined && other.settings[setting] === value);
    return finding([setting], first && message(first.name));
  });
}

export const signerRules: readonly Rule[] = [
  {
    name: 'each key that signs is held by a signer',
    reads: everySetting,
    find({ settings }) {
      if (!settings.custody.homes) return [];
      const held = new Set(signersOf(settings).flatMap(({ keys }) => keys.map(({ address }) => address)));
      const homeless = signingKeysOf(settings).filter(({ address }) => !held.has(address));
      return [...new Set(homeless.map(({ setting }) => Number(setting[1])))].flatMap((i) =>
        finding(
          ['bakers', i, 'name'],
          'is held by no signer, and nothing would sign with it; write it under keys of one in custody.homes.signers',
        ),
      );
    },
    broken: { by: [[['bakers', 1], tz2Baker]], says: 'bakers[1].name: "alice" is held by no signer' },
  },
  {
    name: 'a signer holds keys of bakers of its file',
    reads: everySetting,
    find({ settings }) {
      const names = settings.bakers.map(({ name }) => name);
      return signersOf(settings).flatMap(({ settings: { keys } }, i) =>
        keys.flatMap((key, j) => {
          const message = names.includes(key)
            ? 'stands there twice; take one out'
            : `is no baker of this file; write one of: ${names.join(', ')}, or take the signer out`;
          const isRight = names.includes(key) && keys.indexOf(key) === j;
          return finding([...signersPath, i, 'keys', j], isRight ? undefined : message);
        }),
      );
    },
    broken: {
      by: [[[...signersPath, 1], { ...otherSigner, keys: ['bob'] }]],
      says: '"bob" is no baker of this file; write one of: baker, or take the signer out',
    },
    alsoBroken: [{ by: [[[...signersPath, 0, 'keys', 1], 'baker']], says: 'stands there twice; take one out' }],
  },
  {
    name: 'a Ledger holds one key',
    reads: everySetting,
    find: ofEach(({ settings, keys }) =>
      finding(
        ['keys'],
        settings.device.ledger && new Set(keys.map(({ address }) => address)).size > 1
          ? 'are more than one key, and a Ledger has one mark for all that it signs: the block of one would have it refuse the other; give each its own Ledger'
          : undefined,
        null,
      ),
    ),
    broken: {
      by: [
        [['bakers', 1], tz2Baker],
        [[...signersPath, 0, 'keys', 1], 'alice'],
      ],
      says: 'are more than one key, and a Ledger has one mark for all that it signs',
    },
  },
  {
    name: 'a Ledger does not sign for tz4',
    reads: everySetting,
    find({ settings }) {
      const inLedger = signersOf(settings).filter((signer) => signer.settings.device.ledger);
      const held = inLedger.flatMap(({ keys }) => keys.filter(({ address }) => curveOf(address) === 'bls12-381'));
      return [...new Map(held.map((key) => [key.address, key])).values()].flatMap(({ setting }) =>
        finding(
          [...setting, 'address'],
          'is a tz4 key, which a Ledger cannot sign for; write tcp or http as device of its signers, or use a tz1, tz2 or tz3 key',
        ),
      );
    },
    broken: {
      by: [
        [
          ['bakers', 0, 'consensusKey'],
          {
            address: 'tz4CZUEvrDePw2L6TpyMvwenaJLXLP2n2Kx7',
            publicKey: 'BLpk1yoV6VgKgxEYEfn5gwhiX3BrEiJW6Q21ZWsrgxoQCVUKqXFXUBkF3wr7gi8QbVozqNjTN7Ed',
          },
        ],
      ],
      says: 'is a tz4 key, which a Ledger cannot sign for',
    },
  },
  {
    name: 'signers have different names',
    reads: ['custody'],
    find: shared('name', () => 'is the name of another signer already; give each its own'),
    broken: {
      by: [[[...signersPath, 1], { ...otherSigner, name: 'home' }]],
      says: 'is the name of another signer already',
    },
  },
  {
    name: 'signers have different ssh keys',
    reads: ['custody'],
    find: shared(
      'sshKey',
      (first) => `is the key of the signer ${first} too: one could take the place of the other; make each its own`,
    ),
    broken: {
      by: [
        [
          [...signersPath, 1],
          {
            ...otherSigner,
            sshKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICzxUvxyXVHl5uJEunHCr/6h1lsiL5e+7SRaF6nDiEqZ',
          },
        ],
      ],
      says: 'is the key of the signer home too',
    },
  },
  {
    name: 'the ssh key of an example stays in its example',
    reads: ['custody'],
    find(candidate) {
      const { admin, signers = [] } = candidate.settings.custody.homes ?? {};
      const machines = signers.map(({ sshKey }, i) => ({ setting: [...signersPath, i, 'sshKey'], key: sshKey ?? '' }));
      const people = (admin?.sshKeys ?? []).map((key, i) => ({ setting: [...adminPath, 'sshKeys', i], key }));
      return [...machines, ...people].flatMap(({ setting, key }) => {
        const owner = exampleSshKeys.get(key);
        const message = `is the throwaway key of the example ${owner}, whose private half nobody has; write the public half of your own machine's`;
        return finding(setting, owner && owner !== candidate.name ? message : undefined);
      });
    },
    broken: {
      by: [
        [
          [...signersPath, 0, 'sshKey'],
          'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFSMW3hqP3bE1FQmk8SBUYInNM7v7oAI6FApkbv02FIh',
        ],
      ],
      says: "is the throwaway key of the example mainnet, whose private half nobody has; write the public half of your own machine's",
    },
    alsoBroken: [
      {
        by: [
          [
            adminPath,
            {
              networks: ['192.168.1.0/24'],
              sshKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMsEcEc0oLWa088wMwHVZaSX4nMTrtGLuE7aGtK3y6sN'],
            },
          ],
        ],
        says: 'is the throwaway key of the example mainnet',
      },
    ],
  },
  {
    name: 'the address of the gateway is public',
    reads: ['custody'],
    find(candidate) {
      const address = candidate.settings.custody.homes?.gateway.address;
      const message = () =>
        `is not an address that signers at home can dial; write what this prints after the first deploy: ${gatewayAddressCommand(candidate)}`;
      return finding(
        [...gatewayPath, 'address'],
        address === undefined || isPublicAddress(address) ? undefined : message(),
      );
    },
    broken: {
      by: [[gatewayPath, { address: '10.1.2.3' }]],
      says: 'is not an address that signers at home can dial; write what this prints after the first deploy',
    },
    alsoBroken: [
      { by: [[gatewayPath, { address: '34.90.1.256' }]], says: 'is not an address that signers at home can dial' },
    ],
  },
  {
    name: 'the host key of the gateway is no key of a signer',
    reads: ['custody'],
    find({ settings }) {
      const hostKey = settings.custody.homes?.gateway.hostKey;
      const signer = signersOf(settings).find((each) => each.settings.sshKey === hostKey);
      const message = `is the key of the signer ${signer?.name}, and not the gateway's: take it out, and synth prints what tells the right one`;
      return finding([...gatewayPath, 'hostKey'], hostKey !== undefined && signer ? message : undefined);
    },
    broken: {
      by: [
        [gatewayPath, { hostKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICzxUvxyXVHl5uJEunHCr/6h1lsiL5e+7SRaF6nDiEqZ' }],
      ],
      says: "is the key of the signer home, and not the gateway's: take it out",
    },
  },
  {
    name: 'no two bakeries have one gateway',
    reads: ['custody'],
    find(candidate, all) {
      const own = candidate.settings.custody.homes?.gateway ?? {};
      return Object.entries(own).flatMap(([setting, value]) => {
        const other = all.find((each) => {
          const theirs = each.settings.custody.homes?.gateway as Readonly<Record<string, unknown>> | undefined;
          return each !== candidate && theirs?.[setting] === value;
        });
        const message = `is that of ${other?.file} too, whose signers would take one gateway for the other: take it out, and synth prints what tells this one's own`;
        return finding([...gatewayPath, setting], other && message);
      });
    },
    broken: {
      by: [[gatewayPath, { address: '34.90.1.2' }]],
      beside: [
        [gatewayPath, { address: '34.90.1.2' }],
        [['network'], 'shadownet'],
        [['google', 'project'], { existing: { id: 'other-project' } }],
      ],
      says: "too, whose signers would take one gateway for the other: take it out, and synth prints what tells this one's own",
    },
  },
  {
    name: 'no two signers hold one key in software',
    reads: everySetting,
    severity: 'warning',
    find: ofEach(({ settings }, i, all) => {
      const inSoftware = (signer: Signer) => signer.settings.device.software !== undefined;
      const earlier = all.slice(0, i).filter(inSoftware);
      return settings.device.software === undefined
        ? []
        : settings.keys.flatMap((key, j) => {
            const first = earlier.find((other) => other.settings.keys.includes(key));
            const message = `is in software at the signer ${first?.name} too: no device has the last word on what a copy of a key signs; give one of them a device, or take one out`;
            return finding(['keys', j], first && message);
          });
    }),
    broken: {
      by: [
        [[...signersPath, 0, 'device'], 'software'],
        [[...signersPath, 1], otherSigner],
      ],
      says: 'is in software at the signer home too: no device has the last word on what a copy of a key signs',
    },
  },
  {
    name: 'signers dial different ports',
    reads: ['custody'],
    find: shared('port', (first) => `is the port of the signer ${first} already; choose another`),
    broken: {
      by: [[[...signersPath, 1], { ...otherSigner, port: 22001 }]],
      says: 'is the port of the signer home already',
    },
  },
  {
    name: 'no signer dials a port of the guard',
    reads: ['custody'],
    find: ofEach(({ settings: { port } }) => {
      const own = [portOf('signer-gateway', 'signer'), portOf('signer-gateway', 'metrics')];
      return finding(['port'], own.includes(port) ? 'is where the guard listens; choose another' : undefined);
    }),
    broken: { by: [[[...signersPath, 0, 'port'], 6732]], says: 'is where the guard listens' },
  },
  {
    name: 'uplinks of a signer have different names',
    reads: ['custody'],
    find: ofEach(({ settings: { uplinks } }) =>
      uplinks.flatMap((uplink, i) =>
        finding(
          ['uplinks', i, 'name'],
          uplinks.findIndex(({ name }) => name === uplink.name) < i
            ? 'is the name of another uplink already; give each its own'
            : undefined,
        ),
      ),
    ),
    broken: {
      by: [
        [
          [...signersPath, 0, 'uplinks'],
          [
            { name: 'main', interface: 'eth0' },
            { name: 'main', interface: 'eth1' },
          ],
        ],
      ],
      says: 'is the name of another uplink already',
    },
  },
  {
    name: 'a signer of each key is there',
    reads: everySetting,
    severity: 'warning',
    find({ settings }) {
      const all = signersOf(settings);
      const there = new Set(all.filter((each) => !each.settings.away).flatMap(({ settings: { keys } }) => keys));
      const held = new Set(all.flatMap(({ settings: { keys } }) => keys));
      return settings.bakers.flatMap(({ name }, i) =>
        finding(
          ['bakers', i, 'name'],
          held.has(name) && !there.has(name) ? 'does not bake: every signer that holds its keys is away' : undefined,
        ),
      );
    },
    broken: { by: [[[...signersPath, 0, 'away'], 'being repaired']], says: 'every signer that holds its keys is away' },
  },
];
