import { diffLinesUnified } from 'jest-diff';
import { parseAllDocuments, stringify } from 'yaml';
import type { Edit } from '../../model/rules/rule';
import { render } from '../../synth/render';
import { smallestFile } from '../kit/bakeries';

/** What a setting changes in dist/: each variant is read as a diff against the smallest bakery, without context. */
const MOST_LINES = 30;

function filesOf(edits: Edit): Map<string, string> {
  return new Map([...render([smallestFile(edits)], new Map()).files].filter(([path]) => path !== 'bakery.schema.json'));
}

const before = filesOf([]);

/** Lines that differ, with the file they are in; checksums that follow from other lines are left out. */
function changes(edits: Edit, isShown = (_: string) => true): string {
  const after = filesOf(edits);
  const paths = [...new Set([...before.keys(), ...after.keys()])].filter(isShown).sort();
  const lines = paths.flatMap((path) => {
    const [then, now] = [linesOf(before.get(path)), linesOf(after.get(path))];
    if (then.join('\n') === now.join('\n')) return [];
    const diff = diffLinesUnified(then, now, options).split('\n');
    const changed = diff.filter((line) => /^[-+]/.test(line) && !/config-checksum|# end of .* sha256/.test(line));
    return changed.length === 0 ? [] : [path, ...changed];
  });
  const changed = lines.filter((line) => /^[-+]/.test(line)).length;
  if (changed > MOST_LINES) throw new Error(`${changed} lines: too many for a person to review\n${lines.join('\n')}`);
  return `\n${lines.join('\n')}\n`;
}

const plain = (text: string) => text;
const options = {
  contextLines: 0,
  expand: false,
  omitAnnotationLines: true,
  aColor: plain,
  bColor: plain,
  commonColor: plain,
  patchColor: plain,
};

/** Documents one by one, so that the diff compares the same objects. */
function linesOf(text = ''): string[] {
  if (!text.startsWith('apiVersion')) return text.split('\n');
  return parseAllDocuments(text).flatMap((document) => stringify(document.toJS()).split('\n'));
}

test('vertical scaling is one line per thing', () => {
  expect(changes([[['privateNode'], { memoryGiB: 12 }]])).toMatchInlineSnapshot(`
    "
    charts/smallest/baker.k8s.yaml
    -               memory: 10Gi
    +               memory: 12Gi
    -               memory: 10Gi
    +               memory: 12Gi
    -               memory: 10Gi
    +               memory: 12Gi
    -               memory: 10Gi
    +               memory: 12Gi
    -               memory: 10Gi
    +               memory: 12Gi
    -               memory: 10Gi
    +               memory: 12Gi
    "
  `);
  expect(changes([[['privateNode'], { cpus: 3 }]])).toMatchInlineSnapshot(`
    "
    charts/smallest/baker.k8s.yaml
    -               cpu: "2"
    +               cpu: "3"
    -               cpu: "2"
    +               cpu: "3"
    -               cpu: "2"
    +               cpu: "3"
    "
  `);
  expect(changes([[['privateNode'], { diskGiB: 300 }]])).toMatchInlineSnapshot(`
    "
    charts/smallest/baker.k8s.yaml
    -       storage: 150Gi
    +       storage: 300Gi
    permanent/smallest.txt
    - claim smallest-baking/baker-node-data class=smallest-zonal access=ReadWriteOncePod zone=europe-west4-a at-least=150Gi
    + claim smallest-baking/baker-node-data class=smallest-zonal access=ReadWriteOncePod zone=europe-west4-a at-least=300Gi
    "
  `);
  expect(changes([[['cluster', 'zonal', 'baking', 'machineType'], 'e2-standard-16']])).toMatchInlineSnapshot(`
    "
    infra/stacks/smallest/cdk.tf.json
    -           "machine_type": "e2-standard-8",
    +           "machine_type": "e2-standard-16",
    "
  `);
});

test('a newer node is another tag, of the node alone', () => {
  expect(
    changes([
      [['octez', 'node'], '25.3'],
      [['octez', 'baker'], '25.2'],
    ]),
  ).toMatchInlineSnapshot(`
    "
    charts/smallest/baker.k8s.yaml
    -           image: europe-west4-docker.pkg.dev/smallest-project/smallest-docker-io/tezos/tezos:octez-v25.2
    +           image: europe-west4-docker.pkg.dev/smallest-project/smallest-docker-io/tezos/tezos:octez-v25.3
    -           image: europe-west4-docker.pkg.dev/smallest-project/smallest-docker-io/tezos/tezos:octez-v25.2
    +           image: europe-west4-docker.pkg.dev/smallest-project/smallest-docker-io/tezos/tezos:octez-v25.3
    -           image: europe-west4-docker.pkg.dev/smallest-project/smallest-docker-io/tezos/tezos:octez-v25.2
    +           image: europe-west4-docker.pkg.dev/smallest-project/smallest-docker-io/tezos/tezos:octez-v25.3
    -           image: europe-west4-docker.pkg.dev/smallest-project/smallest-docker-io/tezos/tezos:octez-v25.2
    +           image: europe-west4-docker.pkg.dev/smallest-project/smallest-docker-io/tezos/tezos:octez-v25.3
    "
  `);
});

test('a consensus key takes the place of the delegate in the wallets and on the command line', () => {
  const key = {
    address: 'tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c',
    publicKey: 'sppk7ZNS9KaHKGQ5A32ZVQiqPCdhccZ7Eno6jTjUCrJS3zQyb3bGx91',
  };
  const atHome = (path: string) => path.startsWith('signer/');
  expect(changes([[['bakers', 0, 'consensusKey'], key]], atHome)).toMatchInlineSnapshot(`
    "
    signer/smallest/inventory.yml
    -         - alias: "baker"
    -           address: "tz1WpEr7bNfYDCoSuCGJyzKLqn64xAfdjG6U"
    -           public_key: "edpktnjswEnsTqDt3SSkdqo2YDzg3c56xSotr8BDWj82ureBErFLEb"
    +         - alias: "baker-consensus"
    +           address: "tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c"
    +           public_key: "sppk7ZNS9KaHKGQ5A32ZVQiqPCdhccZ7Eno6jTjUCrJS3zQyb3bGx91"
    "
  `);
  expect(changes([[['bakers', 0, 'consensusKey'], key]], (path) => !atHome(path))).toMatchInlineSnapshot(`
    "
    charts/smallest/baker.k8s.yaml
    +       },
    +       {
    +         "name": "baker-consensus",
    +         "value": "tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c"
    +       },
    +       {
    +         "name": "baker-consensus",
    +         "value": "unencrypted:sppk7ZNS9KaHKGQ5A32ZVQiqPCdhccZ7Eno6jTjUCrJS3zQyb3bGx91"
    -         "name": "baker",
    -         "value": "http://signer-gateway:6732/tz1WpEr7bNfYDCoSuCGJyzKLqn64xAfdjG6U"
    +         "name": "baker-consensus",
    +         "value": "http://signer-gateway:6732/tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c"
    -             - baker
    +             - baker-consensus
    charts/smallest/prometheus.k8s.yaml
    -             regex: tz1WpEr7bNfYDCoSuCGJyzKLqn64xAfdjG6U
    +             regex: tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c
    charts/smallest/signer-gateway.k8s.yaml
    -   guard.json: |
    +   guard.json: >
    -           "address": "tz1WpEr7bNfYDCoSuCGJyzKLqn64xAfdjG6U",
    -           "publicKey": "edpktnjswEnsTqDt3SSkdqo2YDzg3c56xSotr8BDWj82ureBErFLEb",
    -           "role": "delegate"
    +           "address": "tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c",
    +           "publicKey": "sppk7ZNS9KaHKGQ5A32ZVQiqPCdhccZ7Eno6jTjUCrJS3zQyb3bGx91",
    +           "role": "consensus"
    -             "tz1WpEr7bNfYDCoSuCGJyzKLqn64xAfdjG6U"
    +             "tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c"
    permanent/smallest.txt
    + key tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c
    "
  `);
});

test('the vote is one word of the command', () => {
  expect(changes([[['liquidityBakingVote'], 'on']])).toMatchInlineSnapshot(`
    "
    charts/smallest/baker.k8s.yaml
    -             - pass
    +             - on
    "
  `);
});

test('a reimport is one variable of one init container', () => {
  expect(changes([[['privateNode'], { reimport: 'after-the-fork' }]])).toMatchInlineSnapshot(`
    "
    charts/smallest/baker.k8s.yaml
    +             - name: REIMPORT
    +               value: after-the-fork
    "
  `);
});

test('a pinned block replaces the public nodes as witnesses', () => {
  const hash = 'BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW2';
  expect(changes([[['bringUp'], { block: { hash } }]])).toMatchInlineSnapshot(`
    "
    charts/smallest/octez.scripts.k8s.yaml
    +
    +     export BLOCK='BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW2'
    "
  `);
});

test('a maintenance exclusion is for Terraform alone', () => {
  const exclusion = {
    name: 'launch',
    from: '2027-01-01T00:00:00Z',
    to: '2027-01-08T00:00:00Z',
    scope: 'NO_UPGRADES',
  };
  expect(changes([[['maintenance'], { exclusions: [exclusion] }]])).toMatchInlineSnapshot(`
    "
    infra/stacks/smallest/cdk.tf.json
    -           "maintenance_exclusion": [],
    +           "maintenance_exclusion": [
    +             {
    +               "end_time": "2027-01-08T00:00:00Z",
    +               "exclusion_name": "launch",
    +               "exclusion_options": {
    +                 "scope": "NO_UPGRADES"
    +               },
    +               "start_time": "2027-01-01T00:00:00Z"
    +             }
    +           ],
    "
  `);
});

test('an authorized network opens the endpoint for it', () => {
  const networks = [{ name: 'office', cidr: '203.0.113.7/32' }];
  expect(changes([[['google', 'authorizedNetworks'], networks]])).toMatchInlineSnapshot(`
    "
    infra/stacks/smallest/cdk.tf.json
    -           "cidr_blocks": [],
    +           "cidr_blocks": [
    +             {
    +               "cidr_block": "203.0.113.7/32",
    +               "display_name": "office"
    +             }
    +           ],
    -           "enable_private_endpoint": true,
    +           "enable_private_endpoint": false,
    "
  `);
});

test('a spot auxiliary pool is one line, and one that is permanent', () => {
  expect(changes([[['cluster', 'zonal', 'auxiliary'], { spot: true }]])).toMatchInlineSnapshot(`
    "
    infra/stacks/smallest/cdk.tf.json
    -           "spot": false,
    +           "spot": true,
    permanent/smallest.txt
    - pool auxiliary spot=false
    + pool auxiliary spot=true
    "
  `);
});

test('a known DAL address is advertised, and what takes it is published', () => {
  const dal: Edit = [[['dal'], {}]];
  const base = filesOf(dal).get('charts/smallest/dal-node.k8s.yaml');
  const known = filesOf([[['dal'], { publicAddress: '34.90.1.2' }]]).get('charts/smallest/dal-node.k8s.yaml');
  const diff = diffLinesUnified(linesOf(base), linesOf(known), options).split('\n');
  expect(diff.filter((line) => /^[-+]/.test(line)).join('\n')).toMatchInlineSnapshot(`
"-
-       --net-addr 127.0.0.1:11732: without dal.publicAddress it dials out, and
-       nobody dials in.
-             - 127.0.0.1:11732
+             - 0.0.0.0:11732
+             - --public-addr
+             - 34.90.1.2:11732
+             - name: p2p
+               containerPort: 11732
+   publishNotReadyAddresses: true
+
+ apiVersion: v1
+ kind: Service
+ metadata:
+   name: dal-node-p2p
+   namespace: smallest-baking
+   annotations:
+     argocd.argoproj.io/sync-wave: "400"
+     networking.gke.io/load-balancer-ip-addresses: smallest-dal-p2p
+     tezos-bakery/why: "publishNotReadyAddresses: P2P of a node that catches up is
+       P2P all the same; readiness is about RPC."
+   labels:
+     app.kubernetes.io/instance: dal-node
+     app.kubernetes.io/managed-by: tezos-bakery
+     app.kubernetes.io/name: dal-node
+     app.kubernetes.io/part-of: smallest
+ spec:
+   type: LoadBalancer
+   selector:
+     app.kubernetes.io/instance: dal-node
+     app.kubernetes.io/name: dal-node
+   externalTrafficPolicy: Local
+   loadBalancerClass: networking.gke.io/l4-regional-external
+   ports:
+     - name: p2p
+       port: 11732
+       targetPort: p2p"
`);
});

test('a URL of a Ledger changes what its machine is told, and nothing in the cluster', () => {
  const url = 'ledger://quick-brown-lazy-fox/ed25519/0h/0h';
  expect(changes([[['custody', 'homes', 'signers', 0, 'device'], { ledger: { url } }]])).toMatchInlineSnapshot(`
    "
    signer/smallest/inventory.yml
    +           url: "ledger://quick-brown-lazy-fox/ed25519/0h/0h"
    "
  `);
});

test('an ssh key that comes back makes a door, a tunnel, and a line that stays', () => {
  const sshKey = [['custody', 'homes', 'signers', 0, 'sshKey'], undefined] as const;
  const paths = [...filesOf([sshKey])].filter(([path, text]) => before.get(path) !== text).map(([path]) => path);
  expect(paths.sort()).toEqual([
    'charts/smallest/alertmanager.k8s.yaml', // with one signer its mark says why none is usable
    'charts/smallest/network-policies.k8s.yaml',
    'charts/smallest/prometheus.k8s.yaml', // which asks that home too
    'charts/smallest/signer-gateway.k8s.yaml',
    'permanent/smallest.txt',
  ]);
});
