import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { GcsBackend, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { Bakery } from '../model/bakery';
import { resourceLabels } from '../model/google/names';
import { ownClusterOf } from '../model/google/pools';
import { PROVIDER_VERSION } from '../model/terraform-outputs';
import { cluster } from './cluster';
import { heartbeatResources } from './heartbeat-bucket';
import { grantsOf, type NodeAccounts, nodeAccounts, podAccounts } from './identities';
import { type KeyRings, keyRings } from './kms';
import { nodePools } from './node-pools';
import { outputs } from './outputs';
import { payoutRecords } from './payout-records';
import { payoutSite } from './payout-site';
import { projectContext } from './project';
import { projectWideSettings } from './project-wide';
import { imageRepositories } from './registry';
import { reservedIps } from './reserved-ips';
import { secrets } from './secret-manager';
import { signingKeyResources } from './signing-keys';
import type { StackContext } from './stack-context';
import { vpc } from './vpc';
import { walletKeys } from './wallet-keys';
import { watermarks } from './watermark-database';

/** All of Google Cloud that a bakery stands on. Every resource is a direct child, so that its id is permanent. */
export class BakeryStack extends TerraformStack {
  /** `bakeries`: those of the same project, this one among them. */
  constructor(scope: Construct, bakery: Bakery, bakeries: readonly Bakery[]) {
    super(scope, bakery.name);
    const billing = stateAndProviders(this, bakery);
    const context = projectContext(this, bakery);

    const addresses = reservedIps(context);
    const rings = keyRings(context);
    const repositories = imageRepositories(context);
    const accounts = nodeAccounts(context, repositories);
    if (bakery.ownsProject) projectWideSettings(context, { bakeries, after: grantsOf(accounts), billing });
    const own = ownClusterOf(bakery.settings) && ownCluster(context, { rings, accounts });
    const identities = podAccounts(context, own ? [own.cluster] : []);
    const signer = identities.get('signer-gateway');
    if (rings.signing && signer) {
      signingKeyResources(context, { ring: rings.signing, signer });
      watermarks(context, signer);
    }
    const heartbeat = identities.get('heartbeat');
    if (heartbeat) heartbeatResources(context, heartbeat);
    const guard = identities.get('payout-guard');
    if (guard) payoutRecords(context, guard);
    if (guard && rings.wallets) walletKeys(context, { ring: rings.wallets, guard });
    const writer = identities.get('payout-site');
    const site = writer && payoutSite(context, writer);
    secrets(context);

    outputs(context, { addresses, natAddresses: own?.natAddresses, site });
  }
}

/** Network, control plane and nodes; left out where the bakery moves into a cluster that exists. */
function ownCluster(context: StackContext, on: { rings: KeyRings; accounts: NodeAccounts }) {
  const network = vpc(context);
  const made = cluster(context, { vpc: network, ...on });
  nodePools(context, { cluster: made, accounts: on.accounts });
  return { cluster: made, natAddresses: network.natAddresses };
}

/**
 * The bucket is older than the stack: a person made it, once. There is no `required_version`: nothing here needs a
 * recent Terraform, and checkov cannot read a `terraform` block that holds a plain value.
 */
function stateAndProviders(stack: TerraformStack, bakery: Bakery): GoogleProvider {
  const { region, state } = bakery.settings.google;
  new GcsBackend(stack, { bucket: state.bucket, prefix: bakery.name });
  const provider = new GoogleProvider(stack, 'google', {
    project: bakery.projectId,
    region,
    addTerraformAttributionLabel: false,
  });
  // The bindings were made from 6.50.0 and know no other; this one takes the same JSON, and 6.50.0's state.
  stack.addOverride('terraform.required_providers.google.version', PROVIDER_VERSION);
  // Not as an argument: cdktf rewrites the keys of a provider's maps to snake case, `managed-by` to `managed_by`.
  provider.addOverride('default_labels', resourceLabels(bakery));
  return billingProvider(stack, bakery);
}

/**
 * The API of budgets asks for the project that its quota is taken from, when a person deploys with credentials of their
 * own. In every stack, with a budget or without: Terraform takes a budget away only while its provider is there.
 */
function billingProvider(stack: TerraformStack, { projectId }: Bakery): GoogleProvider {
  return new GoogleProvider(stack, 'billing', {
    alias: 'billing',
    project: projectId,
    billingProject: projectId,
    userProjectOverride: true,
    addTerraformAttributionLabel: false,
  });
}
