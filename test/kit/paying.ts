import { stringify } from 'yaml';
import type { Bakery } from '../../model/bakery';
import type { BakeryFile } from '../../model/reading/bakery-file';
import type { Edit } from '../../model/rules/rule';
import { fixtureFiles } from './bakeries';
import { madeKey } from './made-keys';
import { changedExample } from './rendered';

/** What a tez may cost at most, and whom the wallet pays for; the key belongs to nobody. */
export function wallet(baker: string, kind: 'tz1' | 'tz3' = 'tz3') {
  return { baker, key: madeKey(kind, `wallet of ${baker}`), feePercent: 5, maxTezPerCycle: 2000 };
}

/** Settings of a bakery that pays by tezpay. */
export function byTezpay(more: object = {}): Edit {
  const tezpay = { firstCycle: 900, dryRun: false, donatePercent: 0, analytics: false, wallets: [wallet('example')] };
  return [[['payouts'], { tezpay: { ...tezpay, ...more } }]];
}

/** By Backerei, in a dry run, with the wallet in a Secret. */
export function byBackerei(more: object = {}): Edit {
  const backerei = { firstCycle: 200, custody: { hot: { secret: 'wallets' } }, wallets: [wallet('example', 'tz1')] };
  return [[['payouts'], { backerei: { ...backerei, ...more } }]];
}

/** The fixtures' files, of which the production and the old bakery pay, and the former shows it. */
export function payingFiles(): BakeryFile[] {
  const paying: Readonly<Record<string, Edit>> = {
    mainnet: [...byTezpay(), ...publishing({ history: [broughtAlong] })],
    carthagenet: byBackerei(),
  };
  return fixtureFiles().map((file) => {
    const more = (paying[file.name] ?? []).map(([[name], value]) =>
      stringify({ [name as string]: value }, { aliasDuplicateObjects: false }),
    );
    return { ...file, text: [file.text, ...more].join('\n') };
  });
}

/** The production bakery, paying. */
export const payingMainnet = (more: object = {}): Bakery => changedExample('mainnet', byTezpay(more));

/** The old one, in a dry run. */
export const payingCarthagenet = (more: object = {}): Bakery => changedExample('carthagenet', byBackerei(more));

/** What was paid before, by tezpay alone. */
export const broughtAlong = { baker: 'example', from: { tezpay: { folder: 'tezpay/reports' } } };

/** Settings of a bakery that shows what it pays. */
export function publishing(more: object = {}): Edit {
  return [[['site'], { domain: { name: 'payouts.example.org', ...more } }]];
}

/** The production bakery, paying, with a site. */
export const publishingMainnet = (more: object = {}): Bakery =>
  changedExample('mainnet', [...byTezpay(), ...publishing(more)]);

/** The old one in a dry run, with a site that brings its past along, at the address of its bucket. */
export const publishingCarthagenet = (more: object = {}): Bakery =>
  changedExample('carthagenet', [...byBackerei(), [['site'], { bucketOnly: more }]]);
