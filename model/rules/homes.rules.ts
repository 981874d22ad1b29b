import { addressNumber, cidrProblem, containsAddress, isPublicAddress, letInEverybody } from '../google/cidr';
import { FIRST_OCTEZ_AT_HOME, type Signer } from '../signers';
import { curveOf } from '../tezos/keys';
import { ledgerWordOf, ledgerWords } from '../tezos/ledger';
import { networkOf } from '../tezos/networks';
import { compareReleases, octezRelease, releaseProblem } from '../tezos/octez';
import { protocolNamed } from '../tezos/protocols';
import { ofEach, signersPath } from './each-signer';
import { onMainnet } from './edits';
import { type Finding, finding, type Rule } from './rule';

/** Machines at home: what Ansible and cloud-init are told of them. */

const adminPath = ['custody', 'homes', 'admin'];
const timePath = ['custody', 'homes', 'timeServers'];
const octezPath = ['custody', 'homes', 'octezSigner'];
const everySetting = ['custody', 'bakers[].name', 'bakers[].address', 'bakers[].consensusKey', 'bakers[].companionKey'];
const devicePath = [...signersPath, 0, 'device'];
const uplinksPath = [...signersPath, 0, 'uplinks'];

const byHand = (more: object) => [
  {
    name: 'main',
    interface: 'eth0',
    static: { address: '192.168.1.20/24', gateway: '192.168.1.1', nameServers: ['192.168.1.1'], ...more },
  },
];
const otherLedger = (url: string) => ({
  name: 'other',
  device: { ledger: { url } },
  keys: ['baker'],
  port: 22002,
});
const admin = (more: object) => ({
  networks: ['192.168.1.0/24'],
  sshKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIgGdAzmpYq0EIlFOvnmJtTklPv083ZRQN6hXlsAMfmJ'],
  ...more,
});

/** What is wrong with an address and the length of its network, as the end of a sentence. */
function hostProblem(text: string): string | undefined {
  const [address, prefix] = text.split('/');
  if (addressNumber(address) === undefined) return 'has a number beyond 255, or with a 0 before it';
  const isHost = Number(prefix) >= 8 && Number(prefix) <= 30;
  return isHost ? undefined : 'is in no network of a house; write a length from /8 to /30, mostly /24';
}

/** The network that an address with a length is in. */
function networkAround(text: string) {
  const [address, prefix] = text.split('/');
  const number = addressNumber(address) as number;
  const first = number - (number % 2 ** (32 - Number(prefix)));
  return { text, first, prefix: Number(prefix) };
}

function uplinkFindings({ static: fixed }: Signer['settings']['uplinks'][number]): Finding[] {
  if (!fixed) return [];
  const { address, gateway, nameServers } = fixed;
  const problem = hostProblem(address);
  if (problem) return finding(['static', 'address'], problem);
  const isNext = containsAddress(networkAround(address), gateway) && gateway !== address.split('/')[0];
  return [
    ...finding(
      ['static', 'gateway'],
      isNext ? undefined : `is no other machine of the network of ${address}; write the address of your router in it`,
    ),
    ...nameServers.flatMap((server, i) =>
      finding(
        ['static', 'nameServers', i],
        addressNumber(server) === undefined ? 'has a number beyond 255, or with a 0 before it' : undefined,
      ),
    ),
  ];
}

/** On the machines, behind the agent (signer/roles/machine/vars). */
const OCTEZ_SIGNER_PORT = 6732;

/** `tcp://169.254.1.1:7732`: what is wrong with host and port. */
function deviceUrlProblem(url: string): string | undefined {
  const [host, port] = url.replace(/^[a-z]+:\/\//, '').split(':');
  if (addressNumber(host) === undefined) return 'names no IPv4 address: four numbers from 0 to 255';
  if (Number(port) < 1 || Number(port) > 65_535)
    return 'names no port; write a number from 1 to 65535 behind the colon';
  if (host.startsWith('127.') && Number(port) === OCTEZ_SIGNER_PORT)
    return "is where octez-signer itself answers on the machine, which would ask itself; write the port of the device's program";
  return isPublicAddress(host)
    ? 'is an address of the internet, and whoever is on the way could sign; write that of the device at home'
    : undefined;
}

/** Names of hosts that are others' already. */
const takenHosts: ReadonlyMap<string, string> = new Map([
  ['localhost', 'is what every machine calls itself: Ansible would set up your own; choose another'],
  ['all', 'is what Ansible calls all machines together; choose another'],
  ['ungrouped', 'is what Ansible calls machines of no group; choose another'],
]);

/** The roles call the socket for people on the machine agent.sock, and that of an uplink by its name, beside it. */
const OWN_SOCKET = 'agent';

export const homeRules: readonly Rule[] = [
  {
    name: 'no machine and no uplink takes a word that means something else there',
    reads: ['custody'],
    find: ofEach(({ settings: { name, uplinks } }) => [
      ...finding(['name'], takenHosts.get(name)),
      ...uplinks.flatMap((uplink, i) =>
        finding(
          ['uplinks', i, 'name'],
          uplink.name === OWN_SOCKET
            ? 'is what the socket of the agent itself is called on the machine; choose another'
            : undefined,
        ),
      ),
    ]),
    broken: {
      by: [[[...signersPath, 0, 'name'], 'localhost']],
      says: 'is what every machine calls itself: Ansible would set up your own; choose another',
    },
    alsoBroken: [
      { by: [[[...signersPath, 0, 'name'], 'all']], says: 'is what Ansible calls all machines together' },
      {
        by: [[uplinksPath, [{ name: 'agent', interface: 'eth0' }]]],
        says: 'is what the socket of the agent itself is called',
      },
    ],
  },
  {
    name: 'a key in software is not for mainnet',
    reads: ['network', 'custody'],
    find: ofEach(({ settings }, _, __, candidate) =>
      finding(
        ['device'],
        settings.device.software && candidate.settings.network.mainnet
          ? 'is software, and on mainnet whoever copies the card has the key; write ledger, tcp or http'
          : undefined,
        null,
      ),
    ),
    broken: {
      by: [...onMainnet, [devicePath, 'software']],
      says: 'is software, and on mainnet whoever copies the card has the key',
    },
  },
  {
    name: 'a Ledger is asked by the curve of its key',
    reads: everySetting,
    find: ofEach(({ settings: { device }, keys }) => {
      const url = device.ledger?.url;
      const [key] = keys;
      const curve = key && curveOf(key.address);
      if (url === undefined || !curve || curve === 'bls12-381') return [];
      const words = ledgerWords(curve);
      const message = `asks for a key of the curve ${ledgerWordOf(url)}, and ${key.address} has another one; write the line with ${words.join(' or ')} of what the command prints`;
      return finding(['device', 'ledger', 'url'], words.includes(ledgerWordOf(url)) ? undefined : message);
    }),
    broken: {
      by: [[devicePath, { ledger: { url: 'ledger://quick-brown-lazy-fox/secp256k1/0h/0h' } }]],
      says: 'has another one; write the line with ed25519 or bip25519 of what the command prints',
    },
  },
  {
    name: 'Ledgers with one key are asked for it alike',
    reads: everySetting,
    find: ofEach(({ settings: { device }, keys }, i, all) => {
      const url = device.ledger?.url;
      const first = all.slice(0, i).find((other) => {
        const theirs = other.settings.device.ledger?.url;
        return theirs !== undefined && theirs !== url && other.keys[0]?.address === keys[0]?.address;
      });
      // The four words are of the seed, and two Ledgers with one key have one seed.
      const message = `is not what ${first?.name} is asked for, which has the same key: one of them is wrong; the words, the curve and the path are the same for both`;
      return finding(['device', 'ledger', 'url'], url !== undefined && first ? message : undefined);
    }),
    broken: {
      by: [
        [devicePath, { ledger: { url: 'ledger://quick-brown-lazy-fox/ed25519/0h/0h' } }],
        [[...signersPath, 1], otherLedger('ledger://quick-brown-lazy-dog/ed25519/0h/0h')],
      ],
      says: 'is not what home is asked for, which has the same key',
    },
  },
  {
    name: 'a device is asked at home',
    reads: ['custody'],
    find: ofEach(({ settings: { device } }) => {
      const kind = device.tcp ? 'tcp' : 'http';
      const url = (device.tcp ?? device.http)?.url;
      return finding(['device', kind, 'url'], url === undefined ? undefined : deviceUrlProblem(url));
    }),
    broken: {
      by: [[devicePath, { tcp: { url: 'tcp://34.90.1.2:7732' } }]],
      says: 'is an address of the internet, and whoever is on the way could sign',
    },
    alsoBroken: [
      { by: [[devicePath, { http: { url: 'http://300.1.1.1:80' } }]], says: 'names no IPv4 address' },
      { by: [[devicePath, { http: { url: 'http://127.0.0.1:70000' } }]], says: 'names no port' },
      { by: [[devicePath, { http: { url: 'http://127.0.0.1:6732' } }]], says: 'which would ask itself' },
    ],
  },
  {
    name: 'each way out of a signer has an interface of its own',
    reads: ['custody'],
    find: ofEach(({ settings: { uplinks, device } }) => {
      const link = (device.tcp ?? device.http)?.link?.interface;
      return uplinks.flatMap((uplink, i) => {
        const first = uplinks.slice(0, i).find((other) => other.interface === uplink.interface);
        const taken = first
          ? `of the uplink ${first.name}`
          : uplink.interface === link
            ? 'where its device is'
            : undefined;
        return finding(
          ['uplinks', i, 'interface'],
          taken && `is ${taken} already, and would be cut with it; write another one, or take this uplink out`,
        );
      });
    }),
    broken: {
      by: [
        [
          uplinksPath,
          [
            { name: 'cable', interface: 'eth0' },
            { name: 'mobile', interface: 'eth0' },
          ],
        ],
      ],
      says: '"eth0" is of the uplink cable already, and would be cut with it',
    },
    alsoBroken: [
      {
        by: [
          [
            devicePath,
            { tcp: { url: 'tcp://169.254.1.1:7732', link: { interface: 'eth0', address: '169.254.1.2/30' } } },
          ],
        ],
        says: 'is where its device is already',
      },
    ],
  },
  {
    name: 'an address by hand is one of its network',
    reads: ['custody'],
    find: ofEach(({ settings: { uplinks, device } }) => {
      const kind = device.tcp ? 'tcp' : 'http';
      const link = (device.tcp ?? device.http)?.link;
      const ways = uplinks.flatMap((uplink, i) =>
        uplinkFindings(uplink).map((found) => ({ ...found, setting: ['uplinks', i, ...found.setting] })),
      );
      return [...ways, ...finding(['device', kind, 'link', 'address'], link && hostProblem(link.address))];
    }),
    broken: {
      by: [[uplinksPath, byHand({ gateway: '192.168.2.1' })]],
      says: 'is no other machine of the network of 192.168.1.20/24; write the address of your router in it',
    },
    alsoBroken: [
      { by: [[uplinksPath, byHand({ address: '192.168.1.20/32' })]], says: 'is in no network of a house' },
      { by: [[uplinksPath, byHand({ address: '192.168.1.256/24' })]], says: 'has a number beyond 255' },
      { by: [[uplinksPath, byHand({ nameServers: ['1.1.1.300'] })]], says: 'has a number beyond 255' },
      {
        by: [
          [
            devicePath,
            { http: { url: 'http://169.254.1.1:80', link: { interface: 'usb0', address: '169.254.1.2/31' } } },
          ],
        ],
        says: 'is in no network of a house',
      },
    ],
  },
  {
    name: 'time comes from servers that are not the same',
    reads: ['custody'],
    find({ settings }) {
      const servers = settings.custody.homes?.timeServers ?? [];
      return servers.flatMap((server, i) =>
        finding(
          [...timePath, i],
          servers.indexOf(server) < i
            ? 'stands there twice, and agrees with itself when it is wrong; write another one'
            : undefined,
        ),
      );
    },
    broken: {
      by: [[timePath, ['time.example', 'other.example', 'time.example']]],
      says: 'stands there twice, and agrees with itself when it is wrong',
    },
  },
  {
    name: 'people log in from networks, and not from everywhere',
    reads: ['custody'],
    find({ settings }) {
      const { networks = [] } = settings.custody.homes?.admin ?? {};
      const wrong = networks.flatMap((network, i) => finding([...adminPath, 'networks', i], cidrProblem(network)));
      if (wrong.length > 0 || !letInEverybody(networks)) return wrong;
      const message = 'let in everybody; write the networks in your houses, e.g. 192.168.1.0/24';
      return finding([...adminPath, 'networks'], message, null);
    },
    broken: {
      by: [[adminPath, admin({ networks: ['0.0.0.0/0'] })]],
      says: 'let in everybody; write the networks in your houses',
    },
    alsoBroken: [
      { by: [[adminPath, admin({ networks: ['192.168.1.20/24'] })]], says: 'has bits set behind the prefix' },
    ],
  },
  {
    name: "a person's ssh key is no machine's",
    reads: ['custody'],
    find({ settings }) {
      const { signers = [], gateway, admin: people } = settings.custody.homes ?? {};
      const owner = (key: string) =>
        key === gateway?.hostKey ? 'the gateway' : signers.find(({ sshKey }) => sshKey === key)?.name;
      return (people?.sshKeys ?? []).flatMap((key, i) => {
        const whose = owner(key);
        const message = `is the key of ${whose}, which would log in at every signer; write that of your own machine`;
        return finding([...adminPath, 'sshKeys', i], whose && message);
      });
    },
    broken: {
      by: [
        [
          adminPath,
          admin({ sshKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICzxUvxyXVHl5uJEunHCr/6h1lsiL5e+7SRaF6nDiEqZ'] }),
        ],
      ],
      says: 'is the key of home, which would log in at every signer',
    },
  },
  {
    name: 'octez-signer at home is a release that understands the baker',
    reads: ['network', 'custody'],
    find({ settings }) {
      const version = settings.custody.homes?.octezSigner?.version;
      if (version === undefined) return [];
      const path = [...octezPath, 'version'];
      const unknown = releaseProblem(version);
      if (unknown) return finding(path, unknown, null);
      const needed = protocolNamed(networkOf(settings).protocol)?.signingRequestVersion ?? 0;
      const isOld = compareReleases(version, FIRST_OCTEZ_AT_HOME) < 0;
      const understands = !isOld && (octezRelease(version)?.signerApiVersion ?? 0) >= needed;
      return finding(
        path,
        understands ? undefined : `is too old to stand before a device; write ${FIRST_OCTEZ_AT_HOME} or later`,
      );
    },
    broken: {
      by: [[octezPath, { version: '24.4', from: { binary: {} } }]],
      says: 'is too old to stand before a device; write 25.0 or later',
    },
    alsoBroken: [
      { by: [[octezPath, { version: 'v25', from: { binary: {} } }]], says: 'is not an Octez release that we know' },
    ],
  },
];
