import type { BakerySettings } from './settings/bakery.settings';

/** A key of a baker, and what it is for. */
export interface BakerKey {
  /** Its section in the bakery file. */
  readonly setting: readonly (string | number)[];
  readonly role: 'delegate' | 'consensus' | 'companion';
  /** What wallets and key rings call it: `alice`, `alice-consensus`, `alice-companion`. */
  readonly alias: string;
  readonly address: string;
  readonly publicKey: string;
  /** Whether blocks or attestations are signed with it. A delegate with a consensus key may keep its own in a drawer. */
  readonly signs: boolean;
}

/** Aliases that end so are keys of another baker. */
export const keyRoles = ['consensus', 'companion'] as const;

/** Every key of a bakery, by baker. */
export function keysOf({ bakers }: Pick<BakerySettings, 'bakers'>): BakerKey[] {
  return bakers.flatMap((baker, i) => {
    const { name, address, publicKey } = baker;
    const setting = ['bakers', i];
    const keys: BakerKey[] = [
      { setting, role: 'delegate', alias: name, address, publicKey, signs: !baker.consensusKey },
    ];
    for (const role of keyRoles) {
      const key = baker[`${role}Key`];
      if (key) keys.push({ setting: [...setting, `${role}Key`], role, alias: `${name}-${role}`, ...key, signs: true });
    }
    return keys;
  });
}

/** The keys that sign blocks and attestations: consensus and companion keys, and delegates' own where there is no consensus key. */
export function signingKeysOf(settings: Pick<BakerySettings, 'bakers'>): BakerKey[] {
  return keysOf(settings).filter(({ signs }) => signs);
}
