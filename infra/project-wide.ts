import { BillingBudget } from '@cdktf/provider-google/lib/billing-budget';
import { BinaryAuthorizationPolicy } from '@cdktf/provider-google/lib/binary-authorization-policy';
import { LoggingProjectBucketConfig } from '@cdktf/provider-google/lib/logging-project-bucket-config';
import { ProjectIamAuditConfig } from '@cdktf/provider-google/lib/project-iam-audit-config';
import { ProjectIamMemberRemove } from '@cdktf/provider-google/lib/project-iam-member-remove';
import type { ITerraformDependable, TerraformProvider } from 'cdktf';
import type { Bakery } from '../model/bakery';
import { budgetOf } from '../model/google/budget';
import { registryPath } from '../model/google/names';
import type { Api } from './project-services';
import { repositoryNames } from './registry';
import type { StackContext } from './stack-context';

/**
 * Settings of the project as a whole. They exist once, so two bakeries' stacks would undo each other's.
 * `after`: the grants of the stack, which change the project's policy too; `billing`: what speaks to the API of budgets.
 */
export function projectWideSettings(
  context: StackContext,
  on: { bakeries: readonly Bakery[]; after: readonly ITerraformDependable[]; billing: TerraformProvider },
): void {
  const { bakeries, after, billing } = on;
  const { defaultAccounts, images } = takenOver(bakeries);
  const audited = auditLogs(context);
  if (defaultAccounts) defaultAccountsLoseEditor(context, [...after, ...audited]);
  if (images) imageAdmission(context, bakeries);
  logRetention(context);
  budgetAlert(context, billing);
}

/** Which of them the bakeries of a project let the stack touch: a cluster of somebody else's may need both as they are. */
export function takenOver(bakeries: readonly Bakery[]): { defaultAccounts: boolean; images: boolean } {
  const guests = bakeries.filter(({ settings }) => settings.cluster.existing);
  return { defaultAccounts: guests.length === 0, images: guests.length < bakeries.length };
}

/**
 * Services whose every use is logged: who touched a key, a secret or an identity. Of all services it would be every
 * question to the Kubernetes API too, which the nodes alone ask by the second, and which costs more than the nodes.
 */
export const auditedServices = ['iam', 'cloudkms', 'secretmanager', 'sts'] as const satisfies readonly Api[];

function auditLogs({ stack, project, api }: StackContext): ITerraformDependable[] {
  return auditedServices.map(
    (service) =>
      new ProjectIamAuditConfig(stack, `audit_${service}`, {
        project,
        service: `${service}.googleapis.com`,
        auditLogConfig: ['ADMIN_READ', 'DATA_READ', 'DATA_WRITE'].map((logType) => ({ logType })),
        dependsOn: api('cloudresourcemanager', 'logging', service),
      }),
  );
}

/**
 * Google gives the accounts that it makes the Editor role; nothing of ours runs as one of them. Nodes of a cluster of
 * somebody else's may, and would lose their logs and images: with such a cluster in the project it is left alone.
 * Looked at in each plan: an account that comes later than its API loses the role with the next deploy. The provider
 * takes no turn with other changes of the policy here, so these wait for them, and for each other.
 */
function defaultAccountsLoseEditor(
  { stack, project, projectNumber, api }: StackContext,
  after: readonly ITerraformDependable[],
): void {
  const accounts = {
    compute: `${projectNumber}-compute@developer.gserviceaccount.com`,
    appengine: `${project}@appspot.gserviceaccount.com`,
  };
  const before: ITerraformDependable[] = [...api('compute', 'cloudresourcemanager'), ...after];
  for (const [name, account] of Object.entries(accounts)) {
    const removal = new ProjectIamMemberRemove(stack, `no_editor_${name}`, {
      project,
      role: 'roles/editor',
      member: `serviceAccount:${account}`,
      dependsOn: [...before],
    });
    before.push(removal);
  }
}

/**
 * Which images may run in the project's clusters: those of every bakery's own registries, and Google's system images.
 * Binary Authorization, "Policy YAML reference": `**` matches across slashes, `*` does not. A bakery with a cluster of
 * somebody else's counts for the list, but is no reason for a policy: it would stop that cluster's other images.
 */
function imageAdmission({ stack, project, api }: StackContext, bakeries: readonly Bakery[]): void {
  new BinaryAuthorizationPolicy(stack, 'image_admission', {
    project,
    description: 'Only images from the registries of this project',
    globalPolicyEvaluationMode: 'ENABLE',
    admissionWhitelistPatterns: bakeries.flatMap(imagePatterns).map((namePattern) => ({ namePattern })),
    defaultAdmissionRule: { evaluationMode: 'ALWAYS_DENY', enforcementMode: 'ENFORCED_BLOCK_AND_AUDIT_LOG' },
    dependsOn: api('binaryauthorization'),
  });
}

/** What runs for a bakery: images of its own registries, and those that its file allows besides. */
export function imagePatterns(bakery: Bakery): string[] {
  const own = repositoryNames(bakery).map((name) => `${registryPath(bakery, name)}/**`);
  return [...own, ...bakery.settings.google.allowedImages];
}

/** Of the bucket that Google makes in each project; it is never deleted. */
function logRetention({ stack, bakery, project, api }: StackContext): void {
  const { logRetentionDays } = bakery.settings.google;
  if (logRetentionDays === undefined) return;
  new LoggingProjectBucketConfig(stack, 'log_retention', {
    project,
    location: 'global',
    bucketId: '_Default',
    retentionDays: logRetentionDays,
    dependsOn: api('logging'),
  });
}

/** Shares of the amount at which Google writes to the administrators and users of the billing account. */
const budgetThresholds = [0.5, 0.9, 1];

function budgetAlert({ stack, bakery, projectNumber, api }: StackContext, provider: TerraformProvider): void {
  const budget = budgetOf(bakery.settings);
  if (!budget) return;
  new BillingBudget(stack, 'budget', {
    provider,
    billingAccount: budget.billingAccount,
    displayName: bakery.projectId,
    budgetFilter: { projects: [`projects/${projectNumber}`] },
    amount: { specifiedAmount: { units: String(budget.perMonth) } },
    thresholdRules: budgetThresholds.map((thresholdPercent) => ({ thresholdPercent })),
    dependsOn: api('billingbudgets'),
  });
}
