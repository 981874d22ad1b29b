import { regionalCluster } from '../../model/rules/edits';
import type { Edit } from '../../model/rules/rule';
import { render } from '../../synth/render';
import { smallestFile } from '../kit/bakeries';
import { madeKey } from '../kit/made-keys';

/** Names that every object of the language has, or that Kubernetes, git or YAML know: here they are names like others. */
const names = ['constructor', 'default', 'null', 'true', 'node', 'children', 'length', 'default-x'];

test.each(names)(
  'a bakery (where the packages that render and Google take the name), a baker, a sentry, a secret and an exclusion may be called %s',
  (name) => {
    const edits: Edit = [
      [['bakers'], [{ name, ...madeKey('tz2', name) }]],
      [['custody'], { hot: { secret: name } }],
      [['cluster'], regionalCluster],
      [['privateNode'], { memoryGiB: 4, reimport: name }],
      [
        ['sentries'],
        [
          { name, memoryGiB: 2 },
          { name: 'other', memoryGiB: 2 },
        ],
      ],
      [['google', 'labels'], { [name.replace('-', '_')]: name }],
      [
        ['maintenance'],
        { exclusions: [{ name, from: '2027-01-01T00:00:00Z', to: '2027-01-02T00:00:00Z', scope: 'NO_UPGRADES' }] },
      ],
    ];
    const bakery = ['constructor', 'default'].includes(name) ? 'smallest' : name;
    const { files } = render([smallestFile(edits, bakery)], new Map());
    expect(files.has(`charts/${bakery}/kustomization.yaml`)).toBe(true);
    expect(files.get(`permanent/${bakery}.txt`)).toContain(`sentry-${name}`);
    expect(files.get(`infra/stacks/${bakery}/cdk.tf.json`)).toContain(`"${name}"`);
    const kms = render([smallestFile([...edits, [['custody'], 'kms']], bakery)], new Map());
    expect(kms.files.get(`infra/stacks/${bakery}/cdk.tf.json`)).toContain(`sign-${name}`);
  },
);
