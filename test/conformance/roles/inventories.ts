/** What one machine is told; the names are Ansible's. */
export type Variables = Readonly<Record<string, unknown>>;

const KEY = {
  alias: 'example',
  address: 'tz2TSvNTh2epDMhZHrw73nV9piBX7kLZ9K9m',
  public_key: 'sppk7bMuoa8w2LSKz3XEuPsKx1WavsMLCWgbWG9CZNAsJg9eTmkXRPd',
};
const SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const FILE = { url: 'https://example.org/octez-signer', sha256: SHA256 };
const SSH_KEY = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`;

const ledger: Variables = {
  signer_bakery: 'mainnet',
  signer_name: 'attic',
  signer_gateway: { address: '203.0.113.7', port: 22001, user: 'signer', host_key: SSH_KEY },
  signer_message_key: `${'A'.repeat(43)}=`,
  signer_network: 'mainnet',
  signer_chain_id: 'NetXdQprcVkpaWU',
  signer_device: 'ledger',
  signer_keys: [{ ...KEY, url: 'ledger://major-squirrel-thick-hedgehog/secp256k1/0h/0h' }],
  signer_magic_bytes: '0x11,0x12,0x13',
  signer_octez: { version: '25.2', binary: { arm64: FILE, amd64: FILE } },
  signer_uplinks: [
    { name: 'cable', interface: 'eth0', primary: true, socket: '/run/signers/attic/cable.sock' },
    { name: 'mobile', interface: 'eth1', primary: false, socket: '/run/signers/attic/mobile.sock' },
  ],
  signer_budget_ms: 2000,
  signer_device_limit_ms: 12000,
  signer_admin: { user: 'admin', networks: ['192.168.1.0/24'], ssh_keys: [SSH_KEY] },
  signer_ups: 'x728',
  signer_time_servers: ['time.cloudflare.com', '0.debian.pool.ntp.org'],
};

/** A machine for each kind of device, and one on its first day, when much is not known yet. */
export const rightMachines: Readonly<Record<string, Variables>> = {
  ledger,
  tcp: { ...ledger, signer_device: 'tcp', signer_keys: [{ ...KEY, url: `tcp://169.254.1.1:7732/${KEY.address}` }] },
  http: { ...ledger, signer_device: 'http', signer_keys: [{ ...KEY, url: `http://127.0.0.1:20090/${KEY.address}` }] },
  software: { ...ledger, signer_device: 'software', signer_keys: [KEY] },
  'first-day': {
    ...without(ledger, ['signer_message_key', 'signer_ups', 'signer_time_servers']),
    signer_gateway: { port: 22001, user: 'signer' },
    signer_keys: [KEY],
    signer_octez: { version: '25.2', binary: {} },
    signer_admin: { user: 'admin', networks: [], ssh_keys: [] },
  },
};

/** The smallest edits that must be refused: by which role, and a word of the refusal beside the variable's name. */
const edits: readonly [role: string, variable: string, value: unknown, word: string][] = [
  ['machine', 'signer_uplink', [], 'nobody reads signer_uplink'],
  ['machine', 'signer_name', 'Attic', 'Attic'],
  ['machine', 'signer_bakery', undefined, 'signer_bakery'],
  ['octez_signer', 'signer_device', 'trezor', 'trezor'],
  ['agent', 'signer_budget_ms', 'two seconds', 'signer_budget_ms'],
  ['agent', 'signer_device_limit_ms', 0, 'above 0'],
  ['agent', 'signer_chain_id', 'mainnet', 'NetXdQprcVkpaWU'],
  ['agent', 'signer_message_key', 'MCowBQYDK2VwAyEA', '32 bytes'],
  ['octez_signer', 'signer_magic_bytes', 'all', 'all'],
  ['octez_signer', 'signer_keys', [KEY, KEY], 'a Ledger signs with one'],
  ['octez_signer', 'signer_keys', [{ ...KEY, address: 'KT1' }], 'address'],
  ['octez_signer', 'signer_keys', [{ ...KEY, adress: 'x' }], 'adress'],
  ['octez_signer', 'signer_keys', [{ ...KEY, url: 'unencrypted:edsk' }], 'whose secret belongs into no file'],
  ['octez_signer', 'signer_keys', [{ ...KEY, url: `tcp://signer.local:7732/${KEY.address}` }], 'IPv4'],
  ['octez_signer', 'signer_octez', { version: '24.4', binary: { arm64: FILE, amd64: FILE } }, '24.4'],
  ['octez_signer', 'signer_octez', { version: '25.2' }, 'binary'],
  ['octez_signer', 'signer_octez', { version: '25.2', binary: {}, apt: { key_sha256: SHA256 } }, 'mutually exclusive'],
  ['octez_signer', 'signer_octez', { version: '25.2', binary: { arm64: { url: 'x' }, amd64: { url: 'x' } } }, 'sha256'],
  ['octez_signer', 'signer_octez', { version: '25.2', apt: { key_sha256: 'abc' } }, '64 hexadecimal digits'],
  ['tunnel', 'signer_gateway', { port: 22001, user: 'signer', address: 'gateway.example.org' }, 'IPv4'],
  ['tunnel', 'signer_gateway', { user: 'signer' }, 'port'],
  ['tunnel', 'signer_uplinks', [], 'at least one'],
  ['tunnel', 'signer_uplinks', [{ name: 'cable', interface: 'eth0' }], 'socket'],
  ['machine', 'signer_admin', { user: 'root', networks: [], ssh_keys: [] }, 'not root'],
  ['machine', 'signer_admin', { user: 'admin', networks: ['192.168.1.0/24'], ssh_keys: [] }, 'needs a key'],
  ['machine', 'signer_time_servers', ['time.cloudflare.com'], 'more than one'],
  ['power', 'signer_ups', 'x1200', 'x1200'],
];

/** A machine that must be refused. */
export interface WrongMachine {
  readonly name: string;
  readonly variables: Variables;
  readonly variable: string;
  readonly word: string;
}

export const wrongMachines: readonly WrongMachine[] = edits.map(([role, variable, value, word], i) => {
  const told = value === undefined ? without(ledger, [variable]) : { ...ledger, [variable]: value };
  const variables = { ...told, judged_roles: [role] };
  return { name: `wrong-${i}`, variables, variable, word };
});

function without(variables: Variables, names: readonly string[]): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !names.includes(name)));
}
