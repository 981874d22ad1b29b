import { holdsKey } from '../../model/messages/secrets';
import { nameOf } from '../objects/kube-object';
import type { Invariant } from './invariant';
import { ofKind } from './workload';

const clusterScoped = ['Namespace', 'StorageClass', 'PriorityClass', 'ClusterRole', 'ClusterRoleBinding'];

/** An object that is applied carries itself in an annotation of 256 KiB at most. */
const LARGEST_BYTES = 200 * 1024;
/** A name may become a label's value. */
const LONGEST_NAME = 63;

/** Fields whose values are maps of quantities, and single fields that hold one. */
const quantityMaps = ['requests', 'limits'];
const quantityFields = ['sizeLimit'];

/** Quantities that the API server would write in another way: `1024Mi` comes back as `1Gi`, `1000m` as `1`. */
function rewritten(value: object, field = '', found: string[] = []): string[] {
  const areQuantities = quantityMaps.includes(field);
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'object' && inner !== null) rewritten(inner, key, found);
    const isQuantity = areQuantities || quantityFields.includes(key);
    if (isQuantity && typeof inner === 'string' && isRewritten(inner)) found.push(inner);
  }
  return found;
}

function isRewritten(quantity: string): boolean {
  const [, amount, unit] = /^(\d+)([A-Za-z]*)$/.exec(quantity) ?? [];
  const step = unit === 'm' ? 1000 : 1024;
  return unit !== '' && Number(amount) % step === 0;
}

/** Texts that hold no key. Programs are long, and the same in every bakery. */
const harmless = new Set<string>();

function holdsNewKey(text: string): boolean {
  if (harmless.has(text)) return false;
  if (holdsKey(text)) return true;
  harmless.add(text);
  return false;
}

export const objectInvariants: Invariant[] = [
  {
    name: 'the namespace of every object exists, and is of this bakery',
    test: (objects) => {
      const namespaces = ofKind(objects, 'Namespace').map(({ metadata }) => metadata.name);
      return objects
        .map(({ manifest }) => manifest)
        .filter(({ kind, metadata }) => !clusterScoped.includes(kind) && !namespaces.includes(metadata.namespace ?? ''))
        .map(nameOf);
    },
  },
  {
    name: "a cluster-scoped object carries the bakery's name",
    test: (objects) =>
      ofKind(objects, ...clusterScoped)
        .filter(({ metadata: { name, labels } }) => !name.startsWith(`${labels?.['app.kubernetes.io/part-of']}-`))
        .map(nameOf),
  },
  {
    name: 'no two objects have the same name',
    test: (objects) => {
      const names = objects.map(({ manifest }) => nameOf(manifest));
      return names.filter((name, i) => names.indexOf(name) !== i);
    },
  },
  {
    name: 'names and label values have 63 characters at most',
    test: (objects) =>
      objects
        .map(({ manifest }) => manifest)
        .filter(({ metadata: { name, labels } }) =>
          [name, ...Object.values(labels ?? {})].some(({ length }) => length > LONGEST_NAME),
        )
        .map(nameOf),
  },
  {
    name: 'quantities are written as the API server writes them', // or a GitOps tool sees a difference for ever
    test: (objects) =>
      objects.flatMap(({ manifest }) => rewritten(manifest).map((quantity) => `${nameOf(manifest)}: ${quantity}`)),
  },
  {
    name: 'no object is larger than 200 KiB',
    test: (objects) =>
      objects
        .filter(({ manifest }) => Buffer.byteLength(JSON.stringify(manifest)) > LARGEST_BYTES)
        .map(({ manifest }) => nameOf(manifest)),
  },
  {
    name: 'no secret is among the objects',
    test: (objects) => [
      ...ofKind(objects, 'Secret')
        .filter((secret) => 'data' in secret || 'stringData' in secret)
        .map(nameOf),
      ...ofKind(objects, 'ConfigMap')
        .filter(({ data }) => Object.values((data ?? {}) as Record<string, string>).some(holdsNewKey))
        .map(nameOf),
    ],
  },
];
