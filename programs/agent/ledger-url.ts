/** A key on a Ledger, as the baking app knows it. */
export interface LedgerKey {
  /** The number by which commands name it. */
  readonly curve: number;
  /** With the bit of hardened steps. */
  readonly path: readonly number[];
}

const HARDENED = 0x80000000;
/** What octez-signer puts before every path: 44h/1729h (src/lib_signer_backends/unix/ledger.available.ml). */
const root = [HARDENED + 44, HARDENED + 1729];
/** As the baking app numbers them, with the names that octez-signer takes. */
const curves: readonly RegExp[] = [
  /^ed25519$/i,
  /^secp256k1$/i,
  /^(p-?256|secp256r1)$/i,
  /^(bip25519|bip32-ed25519)$/i,
];

/** The key that `ledger://four-words/secp256k1/0h/0h` names; undefined if that is none. */
export function ledgerKey(url: string): LedgerKey | undefined {
  const [, name, path] = /^ledger:\/\/[^/]+\/([^/]+)((?:\/\d{1,10}['h]?)*)\/?$/.exec(url) ?? [];
  const curve = curves.findIndex((each) => each.test(name ?? ''));
  if (curve < 0) return undefined;
  const steps = path.split('/').slice(1);
  return { curve, path: [...root, ...steps.map(stepOf)] };
}

export function isSameKey(a: LedgerKey, b: LedgerKey): boolean {
  return pathText(a) === pathText(b);
}

/** For people: `secp256k1/44h/1729h/0h/0h`. */
export function pathText({ curve, path }: LedgerKey): string {
  const name = ['ed25519', 'secp256k1', 'P-256', 'bip25519'][curve] ?? `curve ${curve}`;
  return [name, ...path.map((step) => (step >= HARDENED ? `${step - HARDENED}h` : `${step}`))].join('/');
}

function stepOf(text: string): number {
  const number = Number.parseInt(text, 10);
  return /['h]$/.test(text) ? HARDENED + number : number;
}
