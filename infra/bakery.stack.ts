import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { GcsBackend, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { Bakery } from '../model/bakery';
import { resourceLabels } from '../model/google/names';
import { cluster } from './cluster';
import { type NodeAccounts, nodeAccounts, podIdentities } from './identities';
import { type KeyRings, keyRings } from './kms';
import { nodePools } from './node-pools';
import { outputs } from './outputs';
import { projectGround, projectWideSettings } from './project';
import { imageRepositories, type Registries } from './registry';
import { reservedIps } from './reserved-ips';
import { secrets } from './secret-manager';
import { signingKeyResources } from './signing-keys';
import type { Ground } from './stack-context';
import { vpc } from './vpc';

/** All of Google Cloud that a bakery stands on. Every resource is a direct child, so that its id is permanent. */
export class BakeryStack extends TerraformStack {
  constructor(scope: Construct, bakery: Bakery, shared: Registries) {
    super(scope, bakery.name);
    stateAndProvider(this, bakery);
    const ground = projectGround(this, bakery);
    if (bakery.ownsProject) projectWideSettings(ground, shared);

    const addresses = reservedIps(ground);
    const rings = keyRings(ground);
    const repositories = imageRepositories(ground, { rings, upstream: shared.upstream });
    const accounts = nodeAccounts(ground, repositories);
    const own = bakery.settings.cluster.existing ? undefined : ownCluster(ground, { rings, accounts });
    const identities = podIdentities(ground, own ? [own.cluster] : []);
    const signer = identities.get('signer-gateway');
    if (rings.signing && signer) signingKeyResources(ground, { ring: rings.signing, signer });
    secrets(ground);

    outputs(ground, { addresses, natAddresses: own?.natAddresses, upstream: shared.upstream });
  }
}

/** Network, control plane and nodes; left out where the bakery moves into a cluster that exists. */
function ownCluster(ground: Ground, on: { rings: KeyRings; accounts: NodeAccounts }) {
  const network = vpc(ground);
  const made = cluster(ground, { vpc: network, ...on });
  nodePools(ground, { cluster: made, accounts: on.accounts });
  return { cluster: made, natAddresses: network.natAddresses };
}

/**
 * The bucket is older than the stack: a person made it, once. There is no `required_version`: nothing here needs a
 * recent Terraform, and checkov cannot read a `terraform` block that holds a plain value.
 */
function stateAndProvider(stack: TerraformStack, bakery: Bakery): void {
  const { region, state } = bakery.settings.google;
  new GcsBackend(stack, { bucket: state.bucket, prefix: bakery.name });
  const provider = new GoogleProvider(stack, 'google', {
    project: bakery.projectId,
    region,
    addTerraformAttributionLabel: false,
  });
  // Not as an argument: cdktf rewrites the keys of a provider's maps to snake case, `managed-by` to `managed_by`.
  provider.addOverride('default_labels', resourceLabels(bakery));
}
