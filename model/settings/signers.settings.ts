import { anyText, choice, count, list, section, text } from './kinds';

/** A container is called by it: the API server takes no name that ends in a dash. */
const name = text(
  /^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/,
  'a lower-case name of at most 20 letters, digits and dashes, with a letter first and no dash last, e.g. attic',
);

/** The wire form of a key begins with its kind, and has the same length for all of them (RFC 8709). */
export const sshPublicKey = text(
  /^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43}$/,
  'the public half of an ssh key of the kind ed25519: ssh-ed25519 and 68 letters, without the comment behind them',
);

const ADDRESS = String.raw`\d{1,3}(\.\d{1,3}){3}`;
const address = text(new RegExp(`^${ADDRESS}$`), 'an IPv4 address');
const addressInNetwork = text(
  new RegExp(String.raw`^${ADDRESS}/\d{1,2}$`),
  'an address with the length of its network, e.g. 192.168.1.20/24',
);
/** Of a network interface: what the kernel takes (IFNAMSIZ), less what a shell or nftables would read otherwise. */
const networkInterface = text(
  /^[a-z][a-z0-9]{1,14}$/,
  "the name of a network interface, e.g. eth0; `ip link` shows a machine's",
);

/** A way by which a signer dials in, with a tunnel of its own, bound to its interface. Without `static` by DHCP. */
const uplink = section({
  name,
  interface: networkInterface,
  static: section({
    address: addressInNetwork,
    gateway: address,
    nameServers: list(address, 1, 'addresses of name servers'),
  }).optional(),
});

/** The address that this machine has at a device that is a network of its own, behind a USB port. */
const link = section({ interface: networkInterface, address: addressInNetwork });

/** octez-signer asks it; each key's address stands behind it, which follows. */
const ofDevice = (scheme: 'tcp' | 'http', what: string) =>
  section({
    url: text(
      scheme === 'tcp' ? new RegExp(`^tcp://${ADDRESS}:\\d{1,5}$`) : new RegExp(`^http://${ADDRESS}(:\\d{1,5})?$`),
      what,
    ),
    link: link.optional(), // where the device is a network of its own (USB gadget): its address at the device
  });

/** What holds the keys: octez-signer stands before it, whatever it is. */
const device = choice(
  {
    ledger: section({
      url: text(
        /^ledger:\/\/[a-z]+(-[a-z]+){3}\/(ed25519|bip25519|secp256k1|P-256)(\/\d{1,10}h){1,8}$/,
        'what `octez-client list connected ledgers` prints for the key: ledger://, four words, its curve and its path, e.g. .../secp256k1/0h/0h',
      ).optional(), // known when the Ledger is plugged in; until then octez-signer does not start
    }), // cannot sign for tz4
    tcp: ofDevice(
      'tcp',
      "tcp://, the device's IPv4 address and a port, without a key behind it: tcp://169.254.1.1:7732",
    ), // a tz4 device that speaks as octez-signer's sockets do
    http: ofDevice('http', 'http://, an IPv4 address and a port, without a key behind it: http://127.0.0.1:20090'), // the same by HTTP; its own program on this machine, or the device
    software: section({}), // for tests; refused on mainnet. You write the file secret_keys by hand
  },
  new Map([['tz4-device', 'is now tcp or http: write how the device is asked, and its url, e.g. tcp: {url: ...}']]),
);

/** A power supply with a battery. Which of its pins means what is a table in signer/roles/power. */
const ups = choice({ x728: section({}) });

/** A machine at home, and the device in it that holds keys. A way to it is no signer: one with two uplinks is one signer. */
export const signer = section({
  name, // permanent: what stands for the device in a person's word that it is off
  device,
  keys: list(anyText('the name of a baker'), 1, 'names of bakers'), // whose signing keys it holds: consensus and companion key, or the baker's own
  port: count(1024, 65_535, 'port'), // where it dials the gateway; its own for good, whatever the order of the list
  sshKey: sshPublicKey.optional(), // the machine makes it when it is set up; until it is here the gateway does not know the signer
  uplinks: list(uplink, 1, 'uplinks').prefault([{ name: 'main', interface: 'eth0' }]), // the preferred one first
  ups: ups.optional(), // without one a power cut is a cut
  away: text(/^(?!.*[^\s-]{25})[^<>]{3,120}$/, 'why its device is off, in a few words').optional(), // your word that it is off for as long as the line stands
});

const checksum = text(/^sha256:[0-9a-f]{64}$/, 'sha256: and 64 digits, as `sha256sum` counts them');

/** What all machines at home share. */
export const ofAllSigners = {
  admin: section({
    networks: list(anyText('a network (CIDR)'), 1, 'networks'), // from which the machines take ssh; from everywhere else they take nothing
    sshKeys: list(sshPublicKey, 1, 'ssh keys'), // of the people
  }).optional(), // without it nobody logs in, and a change takes the card out
  octezSigner: section({
    version: anyText('an Octez release, e.g. 25.2'), // of its own: a newer node must not change what stands before the device
    from: choice({
      binary: section({ arm64: checksum.optional(), amd64: checksum.optional() }), // Octez' static program, by the architectures of your machines
      apt: section({ key: checksum }), // Nomadic Labs' packages; the checksum is that of octez.asc, the key that signs them
    }),
  }).optional(), // without it: the version of octez.signer, and nothing is installed
  timeServers: list(text(/^[a-z0-9.-]{1,253}$/, 'the name or the address of a time server'), 3, 'time servers').default(
    ['time.cloudflare.com', '0.debian.pool.ntp.org', '1.debian.pool.ntp.org', '2.debian.pool.ntp.org'], // of different operators: with two that differ nobody knows which is wrong
  ),
};
