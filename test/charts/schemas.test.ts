import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import Ajv from 'ajv';
import { renderCharts } from '../../charts/main';
import type { KubeObject, Manifest } from '../../charts/objects/kube-object';
import { bakeriesOf, bakeryFiles, fixtures } from '../kit/bakeries';
import { changedExample } from '../kit/rendered';
import { ROOT } from '../kit/root';

/** Custom resources and their schemas: no package holds these. */
const customResources: Record<string, object> = {
  // GKE documentation, "HighAvailabilityApplication" reference.
  'ha.gke.io/v1 HighAvailabilityApplication': {
    type: 'object',
    required: ['resourceSelection', 'policy'],
    additionalProperties: false,
    properties: {
      resourceSelection: {
        type: 'object',
        required: ['resourceKind'],
        additionalProperties: false,
        properties: { resourceKind: { enum: ['StatefulSet', 'Deployment'] } },
      },
      policy: {
        type: 'object',
        additionalProperties: false,
        properties: {
          storageSettings: {
            type: 'object',
            additionalProperties: false,
            properties: { requireRegionalStorage: { type: 'boolean' } },
          },
          failoverSettings: {
            type: 'object',
            additionalProperties: false,
            properties: {
              forceDeleteStrategy: { enum: ['AfterNodeUnreachable', 'Always', 'Never'] },
              afterNodeUnreachable: {
                type: 'object',
                additionalProperties: false,
                properties: { afterNodeUnreachableSeconds: { type: 'integer', minimum: 0 } },
              },
            },
          },
        },
      },
    },
  },
};

const texts = { type: 'object', additionalProperties: { type: 'string' } };
const relabelings = {
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: false,
    properties: {
      sourceLabels: { type: 'array', items: { type: 'string' } },
      separator: { type: 'string' },
      regex: { type: 'string' },
      targetLabel: { type: 'string' },
      replacement: { type: 'string' },
      action: { type: 'string' },
    },
  },
};
const duration = { type: 'string', pattern: '^\\d+s$' };

// prometheus-operator, API reference of monitoring.coreos.com/v1; those fields that we use.
customResources['monitoring.coreos.com/v1 ServiceMonitor'] = {
  type: 'object',
  required: ['endpoints', 'selector'],
  additionalProperties: false,
  properties: {
    namespaceSelector: { type: 'object', properties: { matchNames: { type: 'array', items: { type: 'string' } } } },
    selector: { type: 'object', properties: { matchLabels: texts } },
    endpoints: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        properties: {
          port: { type: 'string' },
          path: { type: 'string' },
          interval: duration,
          scrapeTimeout: duration,
          relabelings,
          metricRelabelings: relabelings,
        },
      },
    },
  },
};
customResources['monitoring.coreos.com/v1 PrometheusRule'] = {
  type: 'object',
  required: ['groups'],
  additionalProperties: false,
  properties: {
    groups: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'rules'],
        properties: {
          name: { type: 'string' },
          rules: {
            type: 'array',
            items: {
              type: 'object',
              required: ['alert', 'expr'],
              additionalProperties: false,
              properties: {
                alert: { type: 'string' },
                expr: { type: 'string' },
                for: duration,
                keep_firing_for: duration,
                labels: texts,
                annotations: texts,
              },
            },
          },
        },
      },
    },
  },
};

const typeOf = ({ manifest }: KubeObject) => `${manifest.apiVersion} ${manifest.kind}`;

/** Sentences about what the schemas refuse. */
function refused(objects: readonly KubeObject[]): string[] {
  const custom = objects.filter((object) => customResources[typeOf(object)]);
  const builtIn = objects.filter((object) => !custom.includes(object));
  const script = join(ROOT, 'test/kit/validate-objects.mjs');
  const { stdout, stderr } = spawnSync(process.execPath, [script], {
    input: JSON.stringify(builtIn),
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  const ajv = new Ajv();
  const ofCustom = custom.flatMap((object) => {
    const { spec } = object.manifest as Manifest & { spec: unknown };
    return ajv.validate(customResources[typeOf(object)], spec) ? [] : [`${typeOf(object)}: ${ajv.errorsText()}`];
  });
  return [...JSON.parse(stdout), ...ofCustom];
}

const operated = changedExample('mainnet', [[['monitoring'], { operator: { namespace: 'monitoring' } }]]);
const everything = [...Object.values(fixtures()), ...bakeriesOf(bakeryFiles()), operated].flatMap(
  (bakery) => renderCharts(bakery).objects,
);

test('every object is what the Kubernetes API takes', () => {
  expect(everything.length).toBeGreaterThan(0);
  expect(refused(everything)).toEqual([]);
});

test.each<[string, (manifest: any) => void]>([
  ['a number where text is wanted', (manifest) => (manifest.spec.template.spec.nodeSelector = { a: 1 })],
  ['a container without a name', (manifest) => delete manifest.spec.template.spec.containers[0].name],
  ['a StatefulSet without a selector', (manifest) => delete manifest.spec.selector],
])('the schemas refuse %s', (_, edit) => {
  const object = structuredClone(everything.find(({ manifest }) => manifest.kind === 'StatefulSet')) as KubeObject;
  edit(object.manifest);
  expect(refused([object])).toHaveLength(1);
});

test('an object of a kind that no schema knows is told', () => {
  const manifest = { apiVersion: 'example.org/v1', kind: 'Unknown', metadata: { name: 'x' } } as unknown as Manifest;
  expect(refused([{ file: 'x', manifest }])).toEqual(['x: Unknown x: no schema for example.org/v1 Unknown']);
});
