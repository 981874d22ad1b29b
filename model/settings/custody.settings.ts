import { anyText, choice, count, list, section, text, word } from './kinds';

/** A container is called by it: the API server takes no name that ends in a dash. */
const name = text(
  /^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/,
  'a lower-case name of at most 20 letters, digits and dashes, with a letter first and no dash last, e.g. attic',
);

/** The wire form of a key begins with its kind, and has the same length for all of them (RFC 8709). */
const sshPublicKey = text(
  /^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43}$/,
  'the public half of an ssh key of the kind ed25519: ssh-ed25519 and 68 letters, without the comment behind them',
);

/** A machine at home, and the device in it that holds keys. A way to it is no signer: one with two uplinks is one signer. */
const signer = section({
  name, // permanent: what stands for the device in a person's word that it is off
  device: word(['ledger', 'tz4-device', 'software'], 'what holds the keys at home'), // a Ledger cannot sign for tz4
  keys: list(anyText('the name of a baker'), 1, 'names of bakers'), // whose signing keys it holds: consensus and companion key, or the baker's own
  port: count(1024, 65_535, 'port'), // where it dials the gateway; its own for good, whatever the order of the list
  sshKey: sshPublicKey,
  uplinks: list(name, 1, 'names of uplinks').prefault(['main']), // ways on which it dials in, each with a tunnel of its own
  away: text(/^(?!.*[^\s-]{25})[^<>]{3,120}$/, 'why its device is off, in a few words').optional(), // your word that it is off for as long as the line stands
});

/** Where the keys live. One custody per bakery: keys that need another one are another bakery. */
export const custody = choice({
  homes: section({
    signers: list(signer, 1, 'signers'), // in the order of preference
    gateway: section({
      address: text(/^\d{1,3}(\.\d{1,3}){3}$/, 'an IPv4 address').optional(), // what signers dial; Terraform prints it after the first deploy
      hostKey: sshPublicKey.optional(), // by which a signer knows that it is the gateway
      messageKey: text(
        /^MCowBQYDK2VwAyEA[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, // two bits of the last letter are none of the key's
        'the public half of the key that signs its messages, the middle line of what OpenSSL prints: MCowBQYDK2VwAyEA and 44 letters',
      ).optional(), // by which an agent knows that a request is the guard's
    }).prefault({}),
  }),
  kms: section({}), // Google Cloud KMS HSM: tz2 and tz3 keys that nobody can export, by Signatory
  hot: section({
    secret: text(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'the name of the Kubernetes Secret, never the key'),
  }), // a key in a Secret of the cluster; refused on mainnet
});
