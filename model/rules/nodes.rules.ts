import { cidrProblem } from '../cidr';
import { chainSize } from '../disk-sizes';
import { finding, type Rule } from './rule';

const TWO_SENTRIES = ['a', 'b'].map((name) => ({ name, memoryGiB: 2 }));

export const nodeRules: readonly Rule[] = [
  {
    name: 'a private node has at least two sentries',
    reads: ['sentries'],
    find({ settings: { sentries } }) {
      const one = sentries.length === 1;
      return finding(
        ['sentries'],
        one
          ? 'lists one sentry: when it restarts the private node is alone; write a second one, or none (the private node then peers directly)'
          : undefined,
      );
    },
    broken: {
      by: [[['sentries'], [{ name: 'a' }]]],
      says: 'lists one sentry: when it restarts the private node is alone',
    },
  },
  {
    name: 'one sentry keeps out of the public',
    reads: ['sentries'],
    find({ settings: { sentries } }) {
      const allPublic = sentries.length > 1 && sentries.every(({ loadBalancer }) => loadBalancer);
      return finding(
        ['sentries'],
        allPublic
          ? 'all have a loadBalancer: whoever fills their connections cuts the baker off; leave at least one without'
          : undefined,
      );
    },
    broken: {
      by: [
        [['sentries'], TWO_SENTRIES.map((each) => ({ ...each, loadBalancer: { sourceRanges: ['203.0.113.0/24'] } }))],
      ],
      says: 'whoever fills their connections cuts the baker off',
    },
  },
  {
    name: 'sentries have different names',
    reads: ['sentries[].name'],
    find({ settings: { sentries } }) {
      return sentries.flatMap(({ name }, i) => {
        const first = sentries.findIndex((sentry) => sentry.name === name);
        return finding(
          ['sentries', i, 'name'],
          first < i ? `is already the name of sentries[${first}]; names are permanent, give each its own` : undefined,
        );
      });
    },
    broken: {
      by: [[['sentries'], TWO_SENTRIES.map((each) => ({ ...each, name: 'a' }))]],
      says: 'is already the name of sentries[0]',
    },
  },
  {
    name: 'source ranges are CIDRs',
    reads: ['sentries[].loadBalancer'],
    find({ settings: { sentries } }) {
      return sentries.flatMap(({ loadBalancer }, i) =>
        (loadBalancer?.sourceRanges ?? []).flatMap((range, j) =>
          finding(['sentries', i, 'loadBalancer', 'sourceRanges', j], cidrProblem(range)),
        ),
      );
    },
    broken: {
      by: [
        [['sentries'], [{ ...TWO_SENTRIES[0], loadBalancer: { sourceRanges: ['203.0.113.7/24'] } }, TWO_SENTRIES[1]]],
      ],
      says: '203.0.113.0/24',
    },
  },
  {
    name: 'a disk holds the chain',
    reads: ['network', 'privateNode', 'sentries'],
    find({ settings }) {
      return [settings.privateNode, ...settings.sentries].flatMap(({ historyMode, diskGiB }, i) => {
        const size = chainSize(settings, historyMode);
        const needed = size ? size.snapshotGiB + size.storeGiB : 0;
        const path = i === 0 ? ['privateNode'] : ['sentries', i - 1];
        const message = `is too small: the chain takes ${size?.storeGiB} GiB in this history mode and its snapshot ${size?.snapshotGiB} GiB beside it; write at least ${needed}`;
        return finding([...path, 'diskGiB'], diskGiB < needed ? message : undefined);
      });
    },
    broken: {
      by: [[['privateNode'], { diskGiB: 20 }]],
      says: 'is too small: the chain takes 20 GiB in this history mode',
    },
  },
];
