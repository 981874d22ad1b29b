import type { BakerySettings } from './settings/bakery.settings';
import { chosen } from './settings/chosen';
import { cyclesPerDay, type TezosNetwork } from './tezos/networks';

/** From which the delegators of one baker are paid. */
export interface Wallet {
  /** Name of the baker; the wallet's alias where Octez' signer holds it. */
  readonly baker: string;
  /** Address of the baker whose delegators are paid. */
  readonly bakerAddress: string;
  /** What runs the engine for it: `payouts-alice`. */
  readonly instance: string;
  readonly settings: WalletSettings;
  /** Its section in the bakery file. */
  readonly setting: readonly (string | number)[];
}

/** A wallet whose key is known. */
export interface KnownWallet extends Wallet {
  readonly address: string;
  readonly publicKey: string;
}

type Payouts = NonNullable<BakerySettings['payouts']>;
export type EngineName = 'tezpay' | 'backerei';
export type TezpaySettings = NonNullable<Payouts['tezpay']>;
export type BackereiSettings = NonNullable<Payouts['backerei']>;
type WalletSettings = (TezpaySettings | BackereiSettings)['wallets'][number];

/** What the file says of payouts, whichever engine pays; undefined where it pays nobody. */
export function payoutsOf({ payouts }: Pick<BakerySettings, 'payouts'>) {
  if (!payouts) return undefined;
  const { name, section } = chosen(payouts);
  return { engine: name as EngineName, section: section as TezpaySettings | BackereiSettings, path: ['payouts', name] };
}

/** The wallets of a file, in the order of its list. One whose baker the file lacks is left out: a rule says so. */
export function walletsOf(settings: Pick<BakerySettings, 'payouts' | 'bakers'>): Wallet[] {
  const payouts = payoutsOf(settings);
  return (payouts?.section.wallets ?? []).flatMap((wallet, i) => {
    const baker = settings.bakers.find(({ name }) => name === wallet.baker);
    if (!payouts || !baker) return [];
    const setting = [...payouts.path, 'wallets', i];
    return [
      { baker: baker.name, bakerAddress: baker.address, instance: `payouts-${baker.name}`, settings: wallet, setting },
    ];
  });
}

/** Who is paid instead of a delegator, by the exceptions of a wallet. */
export function recipientsOf(settings: WalletSettings) {
  const exceptions = 'exceptions' in settings ? settings.exceptions : [];
  return exceptions.flatMap(({ address, recipient }) => (recipient ? [{ delegator: address, recipient }] : []));
}

/** Those whose key the file has, by baker: another order of them in the file rolls no pod. */
export function knownWallets(wallets: readonly Wallet[]): KnownWallet[] {
  const known = wallets.flatMap((wallet) => (wallet.settings.key ? [{ ...wallet, ...wallet.settings.key }] : []));
  return known.sort((a, b) => (a.baker < b.baker ? -1 : 1));
}

const MUTEZ = 1_000_000;

/** An amount of the bakery file in mutez, as decimal text. Settings have so few digits that the product is exact. */
export function mutez(tez: number): string {
  return String(Math.round(tez * MUTEZ));
}

/**
 * What may leave a wallet at most, in mutez as decimal text, fees included. In a day all cycles that end in it, and one
 * more: so cycles that were missed catch up.
 */
export function capsOf({ maxTezPerCycle, maxTezPerDay, maxTezPerTransfer }: WalletSettings, network: TezosNetwork) {
  return {
    perTransfer: mutez(maxTezPerTransfer ?? maxTezPerCycle),
    perCycle: mutez(maxTezPerCycle),
    perDay: mutez(maxTezPerDay ?? (cyclesPerDay(network) + 1) * maxTezPerCycle),
  };
}
