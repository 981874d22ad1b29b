import { renderInfra } from '../../infra/main';
import type { Bakery } from '../../model/bakery';
import type { Edit } from '../../model/rules/rule';
import { fixtures, smallest } from '../kit/bakeries';

/** Plain JSON, whose shape is what the tests are about: the provider's types describe what goes in, not what comes out. */
export type Json = any;

/** A resource as Terraform reads it. */
export interface Resource {
  readonly address: string;
  readonly type: string;
  readonly id: string;
  readonly config: Json;
}

/** A bakery's stack, read back from the rendered JSON. */
export interface Stack {
  readonly bakery: Bakery;
  readonly text: string;
  readonly json: Json;
  readonly resources: readonly Resource[];
}

export function stackOf(bakery: Bakery, beside: readonly Bakery[] = []): Stack {
  const [text] = renderInfra(bakery, [bakery, ...beside]).files.values();
  const json = JSON.parse(text);
  const types = Object.entries(json.resource as Record<string, Record<string, unknown>>);
  const resources = types.flatMap(([type, blocks]) =>
    Object.entries(blocks).map(([id, config]) => ({ address: `${type}.${id}`, type, id, config })),
  );
  return { bakery, text, json, resources };
}

/** The resource at that address; fails if there is none. */
export function at({ resources }: Stack, address: string): Json {
  const found = resources.find((resource) => resource.address === address);
  if (!found) throw new Error(`there is no ${address}`);
  return found.config;
}

export function ofType({ resources }: Stack, type: string): Json[] {
  return resources.filter((resource) => resource.type === type).map(({ config }) => config);
}

const baking = { machineType: 'e2-standard-8' };
const zones = ['europe-west4-a', 'europe-west4-b'];

export const regional: Edit = [[['cluster'], { regional: { zones, baking } }]];
export const existing: Edit = [[['cluster'], { existing: { context: 'theirs', zones: zones.slice(0, 1), baking } }]];

const tz2 = {
  address: 'tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c',
  publicKey: 'sppk7ZNS9KaHKGQ5A32ZVQiqPCdhccZ7Eno6jTjUCrJS3zQyb3bGx91',
};
export const kms: Edit = [
  [['custody'], 'kms'],
  [['bakers', 0], { name: 'alice', ...tz2 }],
];

export const created: Edit = [
  [
    ['google', 'project'],
    {
      create: { id: 'made-project', billingAccount: '012345-6789AB-CDEF01', parent: { folder: { id: '42' } } },
    },
  ],
];

export const heartbeat: Edit = [
  [['monitoring'], { own: { heartbeat: { bucket: { readers: ['user:watchtower@example.com'] } } } }],
];

/** Delegators are paid, from a wallet whose key Cloud KMS has yet to make. */
export function payingFor(baker: string): Edit {
  const wallets = [{ baker, feePercent: 5, maxTezPerCycle: 100 }];
  return [[['payouts'], { tezpay: { firstCycle: 900, donatePercent: 0, analytics: false, wallets } }]];
}
export const paying = payingFor('baker');

/** What was paid before, as a person brings it along. */
const historyOf = (baker: string) => [{ baker, from: { backerei: { object: 'backerei/payouts.json' } } }];

/** And they see it, at a domain whose zone is the stack's; or at one that is elsewhere, or at the bucket's own address. */
export function withSite(baker: string): Edit {
  return [[['site'], { domain: { name: 'payouts.example.org', history: historyOf(baker) } }]];
}
export const publishing: Edit = [...paying, ...withSite('baker')];
export const zoneElsewhere: Edit = [
  ...paying,
  [['site'], { domain: { name: 'payouts.example.org', dns: 'elsewhere' } }],
];
export const bucketOnly: Edit = [...paying, [['site'], 'bucketOnly']];

/** Every kind of stack there is: the fixtures, and what they do not show. */
export function everyStack(): Record<string, Stack> {
  const bakeries = {
    ...fixtures(),
    smallest: smallest(),
    regional: smallest(regional),
    guest: smallest(existing),
    'guest-kms': smallest([...existing, ...kms]),
    kms: smallest(kms),
    created: smallest(created),
    heartbeat: smallest(heartbeat),
    paying: smallest(paying),
    publishing: smallest(publishing),
    'zone elsewhere': smallest(zoneElsewhere),
    'bucket only': smallest(bucketOnly),
    'longest-name': smallest([...heartbeat, ...publishing], 'a-bakery-of-20-chars'),
  };
  return Object.fromEntries(Object.entries(bakeries).map(([title, bakery]) => [title, stackOf(bakery)]));
}
