import { choice, section, text, word } from './kinds';

/** Where the keys live. One custody per bakery: keys that need another one are another bakery. */
export const custody = choice({
  homes: section({
    device: word(['ledger', 'tz4-device', 'software'], 'what holds the key at home'), // a Ledger cannot sign for tz4
  }),
  kms: section({}), // Google Cloud KMS HSM: tz2 and tz3 keys that nobody can export, by Signatory
  hot: section({
    secret: text(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'the name of the Kubernetes Secret, never the key'),
  }), // a key in a Secret of the cluster; refused on mainnet
});
