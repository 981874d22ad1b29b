import type { Bakery } from '../bakery';
import { chosen } from '../settings/chosen';

/** A Kubernetes Secret that a person fills; Secret Manager keeps the copy. Values never pass through this project. */
export interface NeededSecret {
  /** Name of the Kubernetes Secret. */
  readonly name: string;
  readonly namespace: string;
  /** Keys (files) the Secret must hold. */
  readonly keys: readonly string[];
  /** Name in Secret Manager. */
  readonly secretManagerId: string;
  readonly why: string;
  /** How its one file is made, and which of it is public; without it a person writes the files. */
  readonly made?: MadeSecret;
}

/**
 * A key that nobody need have before. Commands; `file` is a word of a shell. They read files where there is one: ssh-keygen
 * takes no key that others may read, and the pipes of some systems are such.
 */
export interface MadeSecret {
  readonly make: (file: string) => string;
  /** Prints the public half of the private one in that file. */
  readonly publicHalf: (file: string) => string;
  /** The setting of the bakery file that takes the public half. */
  readonly setting: string;
  /** How it is while the setting is missing. */
  readonly untilThen: string;
}

/** By which signers at home know the gateway, and by which agents know the guard's messages. */
export const hostKeySecret = { name: 'signer-gateway-host-key', key: 'ssh_host_ed25519_key' } as const;
export const messageKeySecret = { name: 'signer-gateway-message-key', key: 'message-key.pem' } as const;

export function neededSecrets(bakery: Bakery): NeededSecret[] {
  return [...custodySecrets(bakery), ...walletSecrets(bakery), ...receiverSecrets(bakery)];
}

/** What Alertmanager needs to tell people: one Secret, with a file for each receiver. */
export const RECEIVERS_SECRET = 'alertmanager-receivers';
/** The file of a heartbeat that a dead-man's switch of somebody else expects. */
export const HEARTBEAT_FILE = 'heartbeat.url';

/** The file with the secret of a receiver: `oncall.url`. */
export function receiverFile({ name, to }: Receiver): string {
  return `${name}.${secretOf[chosen(to).name]}`;
}

type Receiver = NonNullable<Bakery['settings']['monitoring']['own']>['receivers'][number];

/** What is secret of each kind of receiver; the ending of its file. */
const secretOf = {
  slack: 'url',
  pagerduty: 'key',
  email: 'password',
  webhook: 'url',
  telegram: 'token',
  discord: 'url',
} as const;

function receiverSecrets(bakery: Bakery): NeededSecret[] {
  const { receivers = [], heartbeat } = bakery.settings.monitoring.own ?? {};
  const keys = [...receivers.map(receiverFile), ...(heartbeat?.hosted ? [HEARTBEAT_FILE] : [])];
  if (keys.length === 0) return [];
  const namespace = bakery.namespace('monitoring');
  const why =
    'the URL, key, token or password of each receiver of alerts, alone in its file; without it nobody is told';
  return [
    { name: RECEIVERS_SECRET, namespace, keys, secretManagerId: secretManagerId(bakery.name, RECEIVERS_SECRET), why },
  ];
}

function custodySecrets(bakery: Bakery): NeededSecret[] {
  const { hot, homes } = bakery.settings.custody;
  const secret = (name: string, key: string, more: Pick<NeededSecret, 'why' | 'made'>): NeededSecret => ({
    name,
    namespace: bakery.namespace('baking'),
    keys: [key],
    secretManagerId: secretManagerId(bakery.name, name),
    ...more,
  });
  if (hot) {
    const why =
      "octez-signer's secret_keys file, with the names of the bakers (and -consensus, -companion) as its aliases";
    return [secret(hot.secret, 'secret_keys', { why })];
  }
  if (!homes) return [];
  return [
    secret(hostKeySecret.name, hostKeySecret.key, {
      why: 'by it signers at home know that they have dialled the gateway',
      made: {
        make: (file) => `ssh-keygen -q -t ed25519 -N '' -C '' -f ${file}`,
        publicHalf: (file) => `ssh-keygen -y -f ${file} | cut -d ' ' -f 1,2`,
        setting: 'custody.homes.gateway.hostKey',
        untilThen: 'no signer at home can tell that what it has dialled is the gateway',
      },
    }),
    secret(messageKeySecret.name, messageKeySecret.key, {
      why: "by it agents at home know the guard's messages",
      made: {
        make: (file) => `openssl genpkey -algorithm ed25519 -out ${file}`,
        publicHalf: (file) => `openssl pkey -in ${file} -pubout | sed -n 2p`,
        setting: 'custody.homes.gateway.messageKey',
        untilThen: 'no agent at home takes a message for one of the guard',
      },
    }),
  ];
}

/** The keys of wallets, where Octez' signer holds them. */
function walletSecrets(bakery: Bakery): NeededSecret[] {
  const hot = bakery.payouts?.section.custody.hot;
  if (!hot) return [];
  return [
    {
      name: hot.secret,
      namespace: bakery.namespace('payouts'),
      keys: ['secret_keys'],
      secretManagerId: walletSecretId(bakery.name, hot.secret),
      why: "octez-signer's secret_keys file of the wallets, with the names of their bakers as its aliases",
    },
  ];
}

/** Name in Secret Manager of the copy of the wallets' Secret: one of the same name may hold the baker's keys. */
export function walletSecretId(bakery: string, secret: string): string {
  return secretManagerId(bakery, `payouts-${secret}`);
}

/** Name in Secret Manager of the copy of a Kubernetes Secret: `mainnet-signing-keys`. */
export function secretManagerId(bakery: string, secret: string): string {
  return `${bakery}-${secret}`;
}
