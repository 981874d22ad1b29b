import { Bakery } from '../bakery';
import { storageClassName } from '../claims';
import { namespaceRoles } from '../components';
import { serviceAccountIds } from '../google/pod-identities';
import { poolName } from '../google/pools';
import { reservedAddresses } from '../google/reserved-addresses';
import { bakerySettings } from '../settings/bakery.settings';
import { smallestBakery } from '../settings/smallest';
import { finding, type Rule } from './rule';

/** A name that follows from the bakery's, and who limits its length. */
interface DerivedName {
  readonly name: string;
  readonly least?: number;
  readonly most: number;
  readonly what: string;
}

/** The names depend on the bakery's name and on which features it has: all of them, so that one can be added later. */
const everyFeature = bakerySettings.parse({
  ...smallestBakery,
  custody: 'kms',
  dal: {},
  monitoring: { own: { heartbeat: 'bucket' } },
  payouts: {
    tezpay: {
      firstCycle: 1,
      donatePercent: 0,
      analytics: false,
      wallets: [{ baker: smallestBakery.bakers[0].name, feePercent: 5, maxTezPerCycle: 1 }],
    },
  },
  site: 'bucketOnly',
});

/** Names and Google's or Kubernetes' limits (the documentation page of each resource). */
function derivedNames(bakery: Bakery): DerivedName[] {
  return [
    { name: bakery.name, most: 40, what: 'a GKE cluster name' },
    ...namespaceRoles.map((role) => ({ name: bakery.namespace(role), most: 63, what: 'a namespace' })),
    ...serviceAccountIds(bakery).map(({ id }) => ({ name: id, least: 6, most: 30, what: 'a service account id' })),
    ...reservedAddresses(bakery).map(({ name }) => ({ name, most: 63, what: 'an address name' })),
    { name: storageClassName(bakery.name, 'regional'), most: 63, what: 'a storage class name' },
    { name: poolName(bakery.name, 'auxiliary'), most: 40, what: 'a node pool name' },
  ];
}

/** Names that are taken, and who has them. */
const reservedNames: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  { pattern: /^default(-pool)?$/, why: "is the name of a network that most projects have, and of GKE's first pool" },
  { pattern: /^kube(-|$)/, why: 'makes namespaces that begin with kube-, which is for Kubernetes itself' },
  { pattern: /^gke(-|$)/, why: 'makes names that begin with gke-, as those do that GKE makes' },
  { pattern: /^goog/, why: 'begins with goog, which Google keeps to itself' },
];

/** Beside those of the bakeries in dist/signer/. */
const sharedFolders: readonly string[] = ['roles', 'programs'];

export const nameRules: readonly Rule[] = [
  {
    name: "a bakery's name is lower-case",
    reads: [],
    find({ name }) {
      // What every object of JavaScript has: the packages that render keep their parts in plain objects.
      if (name in {}) return finding([], `the name of the file, "${name}", is a word of JavaScript; use another word`);
      const valid = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name);
      return finding(
        [],
        valid
          ? undefined
          : `the name of the file, "${name}", names the bakery; use lower-case letters, digits and single dashes, starting with a letter`,
      );
    },
    broken: { by: [], named: 'My_Bakery', says: 'use lower-case letters, digits and single dashes' },
    alsoBroken: [{ by: [], named: 'constructor', says: 'use another word' }],
  },
  {
    name: 'the watchtower is not a bakery',
    reads: [],
    find({ name }) {
      return finding(
        [],
        name.endsWith('-watchtower')
          ? `the name of the file, "${name}", ends in -watchtower, which is the name of a bakery's second site; choose another`
          : undefined,
      );
    },
    broken: { by: [], named: 'x-watchtower', says: "which is the name of a bakery's second site; choose another" },
  },
  {
    name: "no bakery takes a name of Google's or Kubernetes'",
    reads: [],
    find({ name }) {
      const reserved = reservedNames.find(({ pattern }) => pattern.test(name));
      return finding([], reserved && `the name of the file, "${name}", ${reserved.why}; choose another`);
    },
    broken: {
      by: [],
      named: 'default',
      says: "is the name of a network that most projects have, and of GKE's first pool",
    },
    alsoBroken: [
      { by: [], named: 'kube', says: 'makes namespaces that begin with kube-' },
      { by: [], named: 'kube-prod', says: 'makes namespaces that begin with kube-' },
      { by: [], named: 'gke', says: 'makes names that begin with gke-' },
      { by: [], named: 'goog', says: 'begins with goog' },
      { by: [], named: 'google-bakery', says: 'begins with goog' },
    ],
  },
  {
    name: 'no bakery is named like a folder of what signers share',
    reads: [],
    find({ name }) {
      const message = `the name of the file, "${name}", is that of a folder in dist/signer/, where each bakery has its own; choose another`;
      return finding([], sharedFolders.includes(name) ? message : undefined);
    },
    broken: { by: [], named: 'roles', says: 'is that of a folder in dist/signer/, where each bakery has its own' },
    alsoBroken: [{ by: [], named: 'programs', says: 'is that of a folder in dist/signer/' }],
  },
  {
    name: 'names that follow from the bakery fit their limits',
    reads: [],
    find({ name }) {
      const bakery = new Bakery(name, everyFeature, true);
      const misfits = derivedNames(bakery).filter(
        ({ name: each, least = 1, most }) => each.length < least || each.length > most,
      );
      const worst = misfits.sort((a, b) => Math.abs(b.name.length - b.most) - Math.abs(a.name.length - a.most))[0];
      if (!worst) return [];
      const message = `the name of the file, "${name}", makes ${worst.what} of ${worst.name.length} characters ("${worst.name}"); the limit is ${worst.most}: shorten it by ${worst.name.length - worst.most}`;
      return finding([], message);
    },
    broken: {
      by: [],
      named: 'a-bakery-with-a-long-name',
      says: 'makes a service account id of 35 characters ("a-bakery-with-a-long-name-auxiliary"); the limit is 30: shorten it by 5',
    },
  },
];
