import { type Cidr, cidrProblem, letInEverybody, overlaps, parseCidr, privateRanges } from '../google/cidr';
import { secretManagerId, walletSecretId } from '../google/needed-secrets';
import { MAX_PODS_PER_NODE, nodesAtPeak } from '../google/pools';
import { projectIdOf } from '../google/project-id';
import { reservedAddresses } from '../google/reserved-addresses';
import { nodeSubnetProblem, podRangeProblem, servicesRangeProblem } from '../google/subnets';
import {
  daysOf,
  fewestOpenHours,
  longestExclusionDays,
  MOST_FREEZES,
  OPEN_HOURS,
  OPEN_IN_DAYS,
} from '../google/upgrade-freezes';
import type { BakerySettings } from '../settings/bakery.settings';
import { payoutsOf } from '../wallets';
import { createdProject } from './edits';
import { type Candidate, finding, type Rule } from './rule';

/** Services of a bakery, with room for monitoring and what else runs beside it. */
const SERVICES = 100;
/** GKE, "Maintenance windows": at least 48 h in any 92 days, in blocks of at least 4 h. */
const LEAST_BLOCK_HOURS = 4;

/** Compute Engine, "Labels": at most 64 on one resource; those that a bakery sets itself count. */
const MOST_LABELS = 64;
const ownLabels = ['bakery', 'managed-by'];

/** Ranges that a VPC refuses, or that nodes use for themselves (VPC, "Subnets": prohibited ranges; GKE: docker's bridge). */
const unroutable = [
  ...privateRanges.filter(({ found }) => found === 'nowhere'),
  { cidr: '172.17.0.0/16', what: 'the bridge of container engines on the nodes' },
];

/** Registries where anybody may have a repository, by Google's region or not. */
const SHARED_REGISTRY =
  /^((registry-1\.|index\.)?docker\.io|quay\.io|ghcr\.io|([a-z]+\.)?gcr\.io|[a-z0-9-]+-docker\.pkg\.dev|public\.ecr\.aws|registry\.gitlab\.com)$/;

const rangeNames = ['nodes', 'pods', 'services', 'controlPlane'] as const;

function validRanges({ google: { ranges } }: BakerySettings): Partial<Record<(typeof rangeNames)[number], Cidr>> {
  const valid = rangeNames.filter((name) => !cidrProblem(ranges[name]));
  return Object.fromEntries(valid.map((name) => [name, parseCidr(ranges[name])]));
}

/** Whether the text, which has the form of a time, is one: February has no 30th. */
function isInstant(text: string): boolean {
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text.slice(0, -1));
}

const everyDay = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

type Exclusion = BakerySettings['maintenance']['exclusions'][number];

/** Whether both ends are times, and in order: other rules say so where they are not. */
function isSpan({ from, to }: Exclusion): boolean {
  return isInstant(from) && isInstant(to) && from < to;
}

/** An exclusion of whole days in 2027, for edits. */
function exclusion(name: string, from: string, to: string, scope = 'NO_UPGRADES') {
  return { name, from: `2027-${from}T00:00:00Z`, to: `2027-${to}T00:00:00Z`, scope };
}

function sharing(candidate: Candidate, all: readonly Candidate[]): Candidate[] {
  return all.filter(({ settings }) => projectIdOf(settings) === projectIdOf(candidate.settings));
}

export const googleRules: readonly Rule[] = [
  {
    name: 'ranges are networks',
    reads: ['google.ranges'],
    find({ settings: { google } }) {
      return rangeNames.flatMap((name) => finding(['google', 'ranges', name], cidrProblem(google.ranges[name])));
    },
    broken: { by: [[['google', 'ranges'], { nodes: '10.10.0.1/24' }]], says: '10.10.0.0/24' },
  },
  {
    name: 'ranges are addresses that Google routes inside a network',
    reads: ['google.ranges'],
    find({ settings }) {
      return Object.entries(validRanges(settings)).flatMap(([name, range]) => {
        const taken = unroutable.find(({ cidr }) => overlaps(parseCidr(cidr), range));
        return finding(
          ['google', 'ranges', name],
          taken && `overlaps ${taken.cidr} (${taken.what}); write a private range such as 10.0.0.0/8 holds`,
        );
      });
    },
    broken: { by: [[['google', 'ranges'], { services: '169.254.0.0/22' }]], says: 'overlaps 169.254.0.0/16' },
  },
  {
    name: 'ranges do not overlap',
    reads: ['google.ranges'],
    find({ settings }) {
      const ranges = Object.entries(validRanges(settings));
      return ranges.flatMap(([name, range], i) => {
        const other = ranges.slice(0, i).find(([, earlier]) => overlaps(earlier, range));
        return finding(
          ['google', 'ranges', name],
          other && `overlaps ${other[0]} (${other[1].text}); write ranges apart from each other`,
        );
      });
    },
    broken: { by: [[['google', 'ranges'], { services: '10.11.4.0/22' }]], says: 'overlaps pods (10.11.0.0/18)' },
  },
  {
    name: 'ranges are large enough',
    reads: ['google.ranges', 'cluster'],
    find({ settings }) {
      if (settings.cluster.existing) return [];
      const { nodes, pods, services } = validRanges(settings);
      const needed = nodesAtPeak(settings);
      const path = (name: string) => ['google', 'ranges', name];
      return [
        ...(nodes ? finding(path('nodes'), nodeSubnetProblem(nodes, { nodes: needed, otherAddresses: 8 })) : []),
        ...(pods
          ? finding(path('pods'), podRangeProblem(pods, { nodes: needed, maxPodsPerNode: MAX_PODS_PER_NODE }))
          : []),
        ...(services ? finding(path('services'), servicesRangeProblem(services, SERVICES)) : []),
      ];
    },
    broken: {
      by: [[['google', 'ranges'], { pods: '10.11.0.0/25' }]],
      says: 'has room for 1 node of 48 pods; 4 are needed during an upgrade',
    },
  },
  {
    name: 'the control plane has a /28',
    reads: ['google.ranges'],
    find({ settings }) {
      const range = validRanges(settings).controlPlane;
      return finding(
        ['google', 'ranges', 'controlPlane'],
        range && range.prefix !== 28 ? 'must be a /28: GKE takes no other size' : undefined,
      );
    },
    broken: {
      by: [[['google', 'ranges'], { controlPlane: '172.16.0.0/27' }]],
      says: 'must be a /28: GKE takes no other size',
    },
  },
  {
    name: 'authorized networks are CIDRs, and not everybody',
    reads: ['google.authorizedNetworks'],
    find({ settings: { google } }) {
      const message = 'lets everybody reach the control plane; write the addresses that need it';
      const path = ['google', 'authorizedNetworks'];
      const found = google.authorizedNetworks.flatMap(({ cidr }, i) =>
        finding([...path, i, 'cidr'], cidrProblem(cidr) ?? (letInEverybody([cidr]) ? message : undefined)),
      );
      const together = found.length === 0 && letInEverybody(google.authorizedNetworks.map(({ cidr }) => cidr));
      return together ? finding(path, `together ${message}`) : found;
    },
    broken: {
      by: [[['google', 'authorizedNetworks'], [{ name: 'all', cidr: '0.0.0.0/0' }]]],
      says: 'lets everybody reach the control plane',
    },
    alsoBroken: [
      {
        by: [
          [['google', 'authorizedNetworks'], [0, 64, 128, 192].map((i) => ({ name: `n${i}`, cidr: `${i}.0.0.0/8` }))],
        ],
        says: 'google.authorizedNetworks: together lets everybody reach the control plane',
      },
    ],
  },
  {
    name: 'one bakery of a project owns what exists once',
    reads: ['google.project', 'google.ownsProject'],
    find(candidate, all) {
      const group = sharing(candidate, all);
      const owners = group.filter(({ settings }) => settings.google.ownsProject);
      if (group.length === 1 || owners.length === 1 || group[0] !== candidate) return [];
      const files = group.map(({ file }) => file).join(' and ');
      const what = 'audit configuration and Binary Authorization policy exist once per project';
      const message =
        owners.length === 0
          ? `is missing: ${files} share the project ${projectIdOf(candidate.settings)}, and ${what}; write ownsProject: true in exactly one of them`
          : `is true in more than one of ${files}, which share the project ${projectIdOf(candidate.settings)}; keep it in one (${what})`;
      return finding(['google', 'ownsProject'], message, null);
    },
    broken: {
      by: [],
      beside: [
        [['bakers', 0, 'address'], 'tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c'],
        [['bakers', 0, 'publicKey'], 'sppk7ZNS9KaHKGQ5A32ZVQiqPCdhccZ7Eno6jTjUCrJS3zQyb3bGx91'],
      ],
      says: 'write ownsProject: true in exactly one of them',
    },
  },
  {
    name: 'somebody owns the project',
    reads: ['google.project', 'google.ownsProject'],
    severity: 'warning',
    find(candidate, all) {
      const alone = sharing(candidate, all).length === 1 && candidate.settings.google.ownsProject === false;
      const message =
        'leaves audit configuration and Binary Authorization policy to another repository; make sure that one has them';
      return finding(['google', 'ownsProject'], alone ? message : undefined);
    },
    broken: { by: [[['google', 'ownsProject'], false]], says: 'make sure that one has them' },
  },
  {
    name: 'what is of the whole project is set where the project is owned',
    reads: ['google.project', 'google.ownsProject', 'google.budget', 'google.logRetentionDays'],
    find(candidate, all) {
      const { google } = candidate.settings;
      const isOwner = google.ownsProject ?? sharing(candidate, all).length === 1;
      if (isOwner) return [];
      const message = 'is of the whole project; write it in the bakery that has ownsProject: true';
      return (['budget', 'logRetentionDays'] as const).flatMap((name) =>
        finding(['google', name], google[name] === undefined ? undefined : message, null),
      );
    },
    broken: {
      by: [
        [['google', 'ownsProject'], false],
        [['google', 'logRetentionDays'], 90],
      ],
      beside: [
        [['google', 'ownsProject'], true],
        [['bakers', 0, 'address'], 'tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c'],
        [['bakers', 0, 'publicKey'], 'sppk7ZNS9KaHKGQ5A32ZVQiqPCdhccZ7Eno6jTjUCrJS3zQyb3bGx91'],
      ],
      says: 'google.logRetentionDays: is of the whole project',
    },
  },
  {
    name: 'a budget names the account that pays',
    reads: ['google.project', 'google.budget'],
    find({ settings }) {
      const { budget, project } = settings.google;
      const message = `is missing: whose is it? gcloud billing projects describe ${projectIdOf(settings)} --format='value(billingAccountName.basename())'`;
      return finding(
        ['google', 'budget', 'billingAccount'],
        budget && !budget.billingAccount && project.existing ? message : undefined,
        null,
      );
    },
    broken: {
      by: [[['google', 'budget'], { perMonth: 900 }]],
      says: "gcloud billing projects describe smallest-project --format='value(billingAccountName.basename())'",
    },
  },
  {
    name: 'bakeries of one project share no name',
    reads: ['google.project', 'custody', 'sentries', 'dal'],
    find(candidate, all) {
      const others = sharing(candidate, all).filter((other) => other !== candidate);
      return chosenNames(candidate).flatMap(({ name, setting }) => {
        const other = others.find((each) => chosenNames(each).some((theirs) => theirs.name === name));
        return finding(
          setting,
          other && `makes the Google name "${name}", which ${other.file} makes too; choose another`,
        );
      });
    },
    broken: {
      by: [
        [['custody'], { hot: { secret: 'cd-keys' } }],
        [['google', 'ownsProject'], true],
      ],
      named: 'ab',
      beside: [
        [['custody'], { hot: { secret: 'keys' } }],
        [['bakers', 0, 'address'], 'tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c'],
        [['bakers', 0, 'publicKey'], 'sppk7ZNS9KaHKGQ5A32ZVQiqPCdhccZ7Eno6jTjUCrJS3zQyb3bGx91'],
      ],
      besideNamed: 'ab-cd',
      says: 'makes the Google name "ab-cd-keys"',
    },
  },
  {
    name: 'a project is created by one bakery',
    reads: ['google.project'],
    find(candidate, all) {
      const first = sharing(candidate, all).find(({ settings }) => settings.google.project.create);
      if (!candidate.settings.google.project.create || first === candidate) return [];
      return finding(
        ['google', 'project', 'create'],
        `creates the project that ${first?.file} creates already; write existing here`,
        null,
      );
    },
    broken: {
      by: [[['google'], createdProject]],
      beside: [
        [['google'], { ...createdProject, ownsProject: true }],
        [['bakers', 0, 'address'], 'tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c'],
        [['bakers', 0, 'publicKey'], 'sppk7ZNS9KaHKGQ5A32ZVQiqPCdhccZ7Eno6jTjUCrJS3zQyb3bGx91'],
      ],
      says: 'creates the project that bakeries/smallest.yaml creates already; write existing here',
    },
  },
  {
    name: 'a maintenance window is as long as GKE accepts',
    reads: ['maintenance.hours'],
    find({ settings: { maintenance } }) {
      // Four hours on a single day of the week already are the 48 h in any 92 days that GKE wants besides.
      const short = maintenance.hours < LEAST_BLOCK_HOURS;
      return finding(
        ['maintenance', 'hours'],
        short ? `is shorter than GKE accepts; write at least ${LEAST_BLOCK_HOURS}` : undefined,
      );
    },
    broken: { by: [[['maintenance'], { hours: 2 }]], says: 'is shorter than GKE accepts; write at least 4' },
  },
  {
    name: 'an exclusion ends after it begins',
    reads: ['maintenance.exclusions'],
    find({ settings: { maintenance } }) {
      return maintenance.exclusions.flatMap(({ from, to }, i) => {
        const isBackwards = isInstant(from) && isInstant(to) && to <= from;
        return finding(['maintenance', 'exclusions', i, 'to'], isBackwards ? `is not after from (${from})` : undefined);
      });
    },
    broken: {
      by: [
        [
          ['maintenance'],
          {
            exclusions: [{ name: 'x', from: '2027-01-02T00:00:00Z', to: '2027-01-01T00:00:00Z', scope: 'NO_UPGRADES' }],
          },
        ],
      ],
      says: 'is not after from (2027-01-02T00:00:00Z)',
    },
  },
  {
    name: 'an exclusion names days that exist',
    reads: ['maintenance.exclusions'],
    find({ settings: { maintenance } }) {
      return maintenance.exclusions.flatMap((exclusion, i) =>
        (['from', 'to'] as const).flatMap((end) =>
          finding(
            ['maintenance', 'exclusions', i, end],
            isInstant(exclusion[end]) ? undefined : 'is no time of any calendar',
          ),
        ),
      );
    },
    broken: {
      by: [
        [
          ['maintenance'],
          {
            exclusions: [{ name: 'x', from: '2027-02-30T00:00:00Z', to: '2027-03-30T00:00:00Z', scope: 'NO_UPGRADES' }],
          },
        ],
      ],
      says: 'is no time of any calendar',
    },
  },
  {
    name: 'exclusions have different names',
    reads: ['maintenance.exclusions'],
    find({ settings: { maintenance } }) {
      const names = maintenance.exclusions.map(({ name }) => name);
      return names.flatMap((name, i) =>
        finding(
          ['maintenance', 'exclusions', i, 'name'],
          names.indexOf(name) < i ? 'is used twice; give each exclusion its own name' : undefined,
        ),
      );
    },
    broken: {
      by: [
        [
          ['maintenance'],
          {
            exclusions: ['1', '2'].map((day) => ({
              name: 'x',
              from: `2027-01-0${day}T00:00:00Z`,
              to: '2027-02-01T00:00:00Z',
              scope: 'NO_UPGRADES',
            })),
          },
        ],
      ],
      says: 'is used twice; give each exclusion its own name',
    },
  },
  {
    name: 'an exclusion lasts no longer than GKE takes',
    reads: ['maintenance.exclusions', 'cluster'],
    find({ settings }) {
      return settings.maintenance.exclusions.flatMap((each, i) => {
        const most = longestExclusionDays(each.scope, settings);
        const long = isSpan(each) && daysOf(each) > most;
        const message = `is ${Math.ceil(daysOf(each))} days after from; GKE takes at most ${most} days of ${each.scope}`;
        return finding(['maintenance', 'exclusions', i, 'to'], long ? message : undefined);
      });
    },
    broken: {
      by: [[['maintenance'], { days: everyDay, hours: 24, exclusions: [exclusion('x', '01-01', '04-02')] }]],
      says: 'is 91 days after from; GKE takes at most 90 days of NO_UPGRADES',
    },
    alsoBroken: [
      {
        by: [
          [
            ['maintenance'],
            {
              exclusions: [
                { ...exclusion('x', '01-01', '01-01', 'NO_MINOR_UPGRADES'), to: '2028-06-01T00:00:00Z' },
                { ...exclusion('y', '01-01', '01-01', 'NO_MINOR_OR_NODE_UPGRADES'), to: '2028-06-01T00:00:00Z' },
              ],
            },
          ],
        ],
        says: 'is 517 days after from; GKE takes at most 427 days of NO_MINOR_',
      },
    ],
  },
  {
    name: 'GKE takes three exclusions of all upgrades',
    reads: ['maintenance.exclusions'],
    find({ settings: { maintenance } }) {
      const freezes = maintenance.exclusions.filter(({ scope }) => scope === 'NO_UPGRADES').length;
      const message = `lists ${freezes} of NO_UPGRADES; GKE takes ${MOST_FREEZES}: take past ones out, or write NO_MINOR_OR_NODE_UPGRADES`;
      return finding(['maintenance', 'exclusions'], freezes > MOST_FREEZES ? message : undefined);
    },
    broken: {
      by: [
        [
          ['maintenance'],
          { exclusions: ['01', '02', '03', '04'].map((month) => exclusion(`x${month}`, `${month}-01`, `${month}-03`)) },
        ],
      ],
      says: 'lists 4 of NO_UPGRADES; GKE takes 3',
    },
  },
  {
    name: 'exclusions leave GKE the hours that it wants',
    reads: ['maintenance', 'cluster'],
    find({ settings }) {
      const { maintenance } = settings;
      const isShort = (each: Exclusion) => daysOf(each) <= longestExclusionDays(each.scope, settings);
      if (!maintenance.exclusions.every((each) => isSpan(each) && isShort(each))) return [];
      const left = fewestOpenHours(maintenance);
      const message = `leave ${left} h of window in some ${OPEN_IN_DAYS} days; GKE wants ${OPEN_HOURS}: shorten those of NO_UPGRADES, or write more days or hours`;
      return finding(['maintenance', 'exclusions'], left < OPEN_HOURS ? message : undefined);
    },
    broken: {
      by: [[['maintenance'], { exclusions: [exclusion('x', '01-01', '03-16')] }]], // 74 days, and 12 h a week
      says: 'leave 36 h of window in some 92 days; GKE wants 48',
    },
  },
  {
    name: 'a resource has no more labels than Google takes',
    reads: ['google.labels'],
    find({ settings: { google } }) {
      const most = MOST_LABELS - ownLabels.length;
      const count = Object.keys(google.labels).length;
      const message =
        count > most &&
        `has ${count} labels; Google takes ${MOST_LABELS}, and ${ownLabels.join(' and ')} are two of them: keep ${most}`;
      return finding(['google', 'labels'], message || undefined);
    },
    broken: {
      by: [[['google', 'labels'], Object.fromEntries(Array.from({ length: 63 }, (_, i) => [`l${i}`, 'x']))]],
      says: 'has 63 labels; Google takes 64',
    },
  },
  {
    name: 'images of everybody are not let in',
    reads: ['google.allowedImages'],
    severity: 'warning',
    find({ settings: { google } }) {
      return google.allowedImages.flatMap((pattern, i) => {
        const [host, owner] = pattern.split('/');
        const isEverybodys = SHARED_REGISTRY.test(host) && owner.endsWith('*');
        const message = `lets images of anybody run, who may have a repository at ${host} as you may; write whose: ${host}/OWNER/**`;
        return finding(['google', 'allowedImages', i], isEverybodys ? message : undefined);
      });
    },
    broken: {
      by: [
        [
          ['google', 'allowedImages'],
          ['quay.io/argoproj/**', 'europe-west4-docker.pkg.dev/**'],
        ],
      ],
      says: 'google.allowedImages[1]: "europe-west4-docker.pkg.dev/**" lets images of anybody run',
    },
    alsoBroken: [
      {
        by: [
          [
            ['google', 'allowedImages'],
            ['registry.example.com/**', 'docker.io/tez*'],
          ],
        ],
        says: 'google.allowedImages[1]: "docker.io/tez*" lets images of anybody run',
      },
    ],
  },
  {
    name: 'labels are what Google takes',
    reads: ['google.labels'],
    find({ settings: { google } }) {
      return Object.entries(google.labels).flatMap(([key, value]) => {
        const taken =
          ownLabels.includes(key) || key.startsWith('goog')
            ? 'is set by the bakery or by Google; take it out'
            : undefined;
        const valid = /^[a-z][a-z0-9_-]{0,62}$/.test(key) && /^[a-z0-9_-]{1,63}$/.test(value);
        return finding(
          ['google', 'labels', key],
          taken ??
            (valid
              ? undefined
              : 'is not a label: write lower-case letters, digits, - and _, 1 to 63, the key starting with a letter'),
        );
      });
    },
    broken: { by: [[['google', 'labels'], { Team: 'Ops' }]], says: 'is not a label: write lower-case letters' },
    // Terraform would see a difference for ever: the provider drops a label without a value.
    alsoBroken: [{ by: [[['google', 'labels'], { team: '' }]], says: 'is not a label: write lower-case letters' }],
  },
];

/** Google names that hold a word of the operator's; those made of a bakery's name and a word of ours differ by themselves. */
function chosenNames(candidate: Candidate) {
  const { hot } = candidate.settings.custody;
  const secrets = hot
    ? [{ name: secretManagerId(candidate.name, hot.secret), setting: ['custody', 'hot', 'secret'] }]
    : [];
  const payouts = payoutsOf(candidate.settings);
  const wallets = payouts?.section.custody.hot;
  const walletSecrets =
    payouts && wallets
      ? [
          {
            name: walletSecretId(candidate.name, wallets.secret),
            setting: [...payouts.path, 'custody', 'hot', 'secret'],
          },
        ]
      : [];
  return [...reservedAddresses(candidate), ...secrets, ...walletSecrets];
}
