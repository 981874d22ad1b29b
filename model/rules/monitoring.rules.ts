import { auxiliaryMisfit, auxiliaryPodsMisfit } from '../capacity';
import { machineType } from '../google/machine-types';
import { readerId } from '../google/names';
import { poolsOf, survivesZoneLoss } from '../google/pools';
import type { BakerySettings } from '../settings/bakery.settings';
import { chosen } from '../settings/chosen';
import { isMainnet } from '../tezos/networks';
import { onMainnet } from './edits';
import { bakeryOf, finding, type Rule } from './rule';

const ownPath = ['monitoring', 'own'];
const receiversPath = [...ownPath, 'receivers'];

const auxiliaryPath = ({ cluster }: BakerySettings) => ['cluster', chosen(cluster).name, 'auxiliary', 'machineType'];

/** A receiver, for edits. */
const oncall = { name: 'oncall', to: 'pagerduty' };

export const monitoringRules: readonly Rule[] = [
  {
    name: 'receivers have different names',
    reads: ['monitoring'],
    find({ settings: { monitoring } }) {
      const names = (monitoring.own?.receivers ?? []).map(({ name }) => name);
      return names.flatMap((name, i) =>
        finding(
          [...receiversPath, i, 'name'],
          names.indexOf(name) < i ? 'is the name of another receiver already; give each its own' : undefined,
        ),
      );
    },
    broken: { by: [[receiversPath, [oncall, oncall]]], says: 'is the name of another receiver already' },
  },
  {
    name: 'no receiver is called heartbeat',
    reads: ['monitoring'],
    find({ settings: { monitoring } }) {
      return (monitoring.own?.receivers ?? []).flatMap(({ name }, i) =>
        finding(
          [...receiversPath, i, 'name'],
          name === 'heartbeat' || name === 'nobody' ? 'is a receiver of our own; choose another name' : undefined,
        ),
      );
    },
    broken: {
      by: [[receiversPath, [{ ...oncall, name: 'heartbeat' }]]],
      says: 'is a receiver of our own; choose another name',
    },
  },
  {
    name: 'a receiver names bakers of its file',
    reads: ['monitoring', 'bakers[].name'],
    find({ settings: { monitoring, bakers } }) {
      const known = bakers.map(({ name }) => name);
      return (monitoring.own?.receivers ?? []).flatMap(({ bakers: named = [] }, i) =>
        named.flatMap((name, j) =>
          finding(
            [...receiversPath, i, 'bakers', j],
            known.includes(name) ? undefined : `is no baker of this file; write one of: ${known.join(', ')}`,
          ),
        ),
      );
    },
    broken: {
      by: [[receiversPath, [oncall, { name: 'other', to: 'discord', bakers: ['bob'] }]]],
      says: '"bob" is no baker of this file; write one of: baker',
    },
  },
  {
    name: 'where somebody is told, pages of each baker reach somebody',
    reads: ['monitoring', 'bakers[].name'],
    find({ settings: { monitoring, bakers } }) {
      const receivers = monitoring.own?.receivers ?? [];
      if (receivers.length === 0) return [];
      const reaches = (name: string) =>
        receivers.some((each) => each.severities.includes('page') && (each.bakers ?? [name]).includes(name));
      const missed = bakers.map(({ name }) => name).filter((name) => !reaches(name));
      const message = `page nobody for ${missed.join(', ')}; write page under severities of one that is told of ${missed.length === 1 ? 'it' : 'them'}`;
      return finding(receiversPath, missed.length > 0 ? message : undefined, null);
    },
    broken: {
      by: [[receiversPath, [{ ...oncall, severities: ['warning'] }]]],
      says: 'page nobody for baker',
    },
  },
  {
    name: 'on mainnet somebody is paged',
    reads: ['network', 'monitoring'],
    severity: 'warning',
    find({ settings }) {
      const { own } = settings.monitoring;
      const silent = isMainnet(settings) && own?.receivers.length === 0;
      return finding(
        receiversPath,
        silent
          ? 'are none: nobody is told when the bakery fails; write one, e.g. name: oncall, to: pagerduty'
          : undefined,
        null,
      );
    },
    broken: {
      by: [...onMainnet, [receiversPath, []]],
      says: 'nobody is told when the bakery fails',
    },
  },
  {
    name: 'on mainnet a heartbeat tells when monitoring is dead',
    reads: ['network', 'monitoring'],
    find({ settings }) {
      const { own } = settings.monitoring;
      const message =
        "is missing: when Prometheus or Alertmanager is dead, nobody would be told of anything; write hosted, with the URL of a dead-man's switch as a file of the Secret, or bucket, with a watchtower elsewhere that reads the object";
      return finding(
        [...ownPath, 'heartbeat'],
        isMainnet(settings) && own && !own.heartbeat ? message : undefined,
        null,
      );
    },
    broken: {
      by: [...onMainnet, [[...ownPath, 'heartbeat'], undefined]],
      says: 'when Prometheus or Alertmanager is dead, nobody would be told',
    },
  },
  {
    name: 'readers of the heartbeat are different ones',
    reads: ['monitoring'],
    find({ settings: { monitoring } }) {
      // Their grants have names in Terraform's state, where a letter may not be any.
      const ids = (monitoring.own?.heartbeat?.bucket?.readers ?? []).map(readerId);
      return ids.flatMap((id, i) =>
        finding(
          [...ownPath, 'heartbeat', 'bucket', 'readers', i],
          ids.indexOf(id) < i ? 'is the same as another one, or differs in signs alone; take it out' : undefined,
        ),
      );
    },
    broken: {
      by: [[[...ownPath, 'heartbeat'], { bucket: { readers: ['user:a.b@example.org', 'user:a-b@example.org'] } }]],
      says: 'is the same as another one, or differs in signs alone; take it out',
    },
  },
  {
    name: 'quiet hours begin and end',
    reads: ['monitoring'],
    find({ settings: { monitoring } }) {
      const { quietHours } = monitoring.own ?? {};
      const message = 'is also when they begin; write another time, or take quietHours out';
      return finding(
        [...ownPath, 'quietHours', 'toUtc'],
        quietHours && quietHours.fromUtc === quietHours.toUtc ? message : undefined,
      );
    },
    broken: {
      by: [[[...ownPath, 'quietHours'], { fromUtc: '22:00', toUtc: '22:00' }]],
      says: 'is also when they begin',
    },
  },
  {
    name: 'the auxiliary machines take the disks of what runs there',
    reads: ['cluster', 'storage', 'monitoring', 'payouts'],
    find({ settings }) {
      const type = machineType(poolsOf(settings).auxiliary.machineType);
      if (!type || !(settings.monitoring.own || settings.payouts)) return [];
      const takes =
        type.bootDiskType === 'pd-balanced' &&
        (type.standardDisks || settings.storage.type !== 'pd-standard') &&
        (type.regionalDisks || !survivesZoneLoss(settings));
      const message =
        'does not take the disks of what runs there (Prometheus, Alertmanager, the journal of payouts); use e2, n1, n2 or n2d';
      return finding(auxiliaryPath(settings), takes ? undefined : message);
    },
    broken: {
      by: [[['cluster', 'zonal', 'auxiliary'], { machineType: 'n4-standard-4' }]],
      says: 'does not take the disks of what runs there (Prometheus',
    },
  },
  {
    name: 'the auxiliary pods fit their machines',
    reads: ['network', 'octez', 'cluster', 'monitoring', 'payouts'],
    find(candidate) {
      const { settings } = candidate;
      const bakery = bakeryOf(candidate);
      if (!settings.cluster.existing && auxiliaryMisfit(settings)) return []; // said already
      const misfit = bakery && auxiliaryPodsMisfit(bakery);
      return finding(
        auxiliaryPath(settings),
        misfit &&
          `is too small: in one zone, ${misfit} (GKE's own reservations and system pods counted); take a larger machine, another node per zone, or less for monitoring.own.prometheus`,
      );
    },
    broken: {
      by: [[[...ownPath, 'prometheus'], { memoryGiB: 6 }]],
      says: 'is too small: in one zone, prometheus needs',
    },
  },
];
