import { anyText, section, text } from './kinds';

const key = {
  address: anyText('the address (tz1, tz2, tz3 or tz4)'),
  publicKey: anyText('the public key (edpk, sppk, p2pk or BLpk) that hashes to the address'),
};

/** A delegate this bakery bakes for. The secret keys stay with the custody; these are public. */
export const baker = section({
  name: text(/^[a-z][a-z0-9-]{0,19}$/, 'a short lower-case name, e.g. alice'), // the alias in the baker's wallet and in file names
  ...key,
  consensusKey: section(key).optional(), // signs blocks and attestations instead of the delegate's own key
  companionKey: section(key).optional(), // tz4 only: signs the DAL part of attestations (Seoul and later)
});
