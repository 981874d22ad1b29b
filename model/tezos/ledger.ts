import type { Curve } from './keys';

/** Curves as URLs of Ledgers call them (ledgerwallet_tezos.ml), and those of Tezos' keys. */
const ledgerCurves = { ed25519: 'ed25519', bip25519: 'ed25519', secp256k1: 'secp256k1', 'P-256': 'p256' } as const;

/** How its URLs call a curve; undefined for one that it cannot sign with. */
export function ledgerWords(curve: Curve): string[] {
  return Object.entries(ledgerCurves).flatMap(([word, its]) => (its === curve ? [word] : []));
}

/** The word of a URL: `secp256k1` of `ledger://<four words>/secp256k1/0h/0h`. */
export function ledgerWordOf(url: string): string {
  return url.split('/')[3];
}
