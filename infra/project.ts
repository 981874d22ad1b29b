import { BinaryAuthorizationPolicy } from '@cdktf/provider-google/lib/binary-authorization-policy';
import { DataGoogleProject } from '@cdktf/provider-google/lib/data-google-project';
import { Project } from '@cdktf/provider-google/lib/project';
import { ProjectDefaultServiceAccounts } from '@cdktf/provider-google/lib/project-default-service-accounts';
import { ProjectIamAuditConfig } from '@cdktf/provider-google/lib/project-iam-audit-config';
import type { TerraformStack } from 'cdktf';
import type { Bakery } from '../model/bakery';
import { registryPath } from '../model/google/names';
import { projectServices } from './project-services';
import { repositoryNames } from './registry';
import type { StackContext } from './stack-context';

/** The Google Cloud project with its APIs: there already, or made here (by one bakery only: a rule). */
export function projectContext(stack: TerraformStack, bakery: Bakery): StackContext {
  const { create } = bakery.settings.google.project;
  const project = create ? createdProject(stack, create) : existingProject(stack, bakery);
  const api = projectServices(stack, project.projectId);
  return { stack, bakery, project: project.projectId, projectNumber: project.number, api };
}

type Creation = NonNullable<Bakery['settings']['google']['project']['create']>;

function createdProject(stack: TerraformStack, { id, billingAccount, parent }: Creation): Project {
  return new Project(stack, 'project', {
    name: id,
    projectId: id,
    billingAccount,
    ...(parent.folder ? { folderId: parent.folder.id } : { orgId: parent.organization?.id }),
    autoCreateNetwork: false, // the default network has open firewall rules
    deletionPolicy: 'PREVENT',
  });
}

function existingProject(stack: TerraformStack, { projectId }: Bakery): DataGoogleProject {
  return new DataGoogleProject(stack, 'project', { projectId });
}

/** Settings of the project as a whole. They exist once, so two bakeries' stacks would undo each other's. */
export function projectWideSettings(context: StackContext, bakeries: readonly Bakery[]): void {
  const { defaultAccounts, images } = takenOver(bakeries);
  auditLogs(context);
  if (defaultAccounts) deprivilegedDefaultAccounts(context);
  if (images) imageAdmission(context, bakeries);
}

/** Which of them the bakeries of a project let the stack touch: a cluster of somebody else's may need both as they are. */
export function takenOver(bakeries: readonly Bakery[]): { defaultAccounts: boolean; images: boolean } {
  const guests = bakeries.filter(({ settings }) => settings.cluster.existing);
  return { defaultAccounts: guests.length === 0, images: guests.length < bakeries.length };
}

function auditLogs({ stack, project, api }: StackContext): void {
  new ProjectIamAuditConfig(stack, 'audit_logs', {
    project,
    service: 'allServices',
    auditLogConfig: ['ADMIN_READ', 'DATA_READ', 'DATA_WRITE'].map((logType) => ({ logType })),
    dependsOn: api('cloudresourcemanager', 'logging'),
  });
}

/**
 * Google gives the accounts it makes the Editor role; nothing of ours runs as one of them. Nodes of a cluster of
 * somebody else's may, and would lose their logs and images: with such a cluster in the project it is left alone.
 */
function deprivilegedDefaultAccounts({ stack, project, api }: StackContext): void {
  new ProjectDefaultServiceAccounts(stack, 'default_service_accounts', {
    project,
    action: 'DEPRIVILEGE',
    restorePolicy: 'NONE', // destroying a stack must not hand Editor back
    dependsOn: api('compute', 'iam', 'cloudresourcemanager'), // the compute API makes the account
  });
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
    admissionWhitelistPatterns: bakeries.flatMap((each) =>
      [
        ...repositoryNames(each).map((name) => `${registryPath(each, name)}/**`),
        ...each.settings.google.allowedImages,
      ].map((namePattern) => ({ namePattern })),
    ),
    defaultAdmissionRule: { evaluationMode: 'ALWAYS_DENY', enforcementMode: 'ENFORCED_BLOCK_AND_AUDIT_LOG' },
    dependsOn: api('binaryauthorization'),
  });
}
