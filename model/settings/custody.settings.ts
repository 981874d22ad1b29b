import { choice, list, section, text } from './kinds';
import { ofAllSigners, signer, sshPublicKey } from './signers.settings';

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
    ...ofAllSigners,
  }),
  kms: section({}), // Google Cloud KMS HSM: tz2 and tz3 keys that nobody can export, by Signatory
  hot: section({
    secret: text(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'the name of the Kubernetes Secret, never the key'),
  }), // a key in a Secret of the cluster; refused on mainnet
});
