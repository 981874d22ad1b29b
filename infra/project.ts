import { DataGoogleProject } from '@cdktf/provider-google/lib/data-google-project';
import { Project } from '@cdktf/provider-google/lib/project';
import type { TerraformStack } from 'cdktf';
import type { Bakery } from '../model/bakery';
import { projectServices } from './project-services';
import type { StackContext } from './stack-context';

/** The Google Cloud project with its APIs: there already, or made here (by one bakery only: a rule). */
export function projectContext(stack: TerraformStack, bakery: Bakery): StackContext {
  const { create } = bakery.settings.google.project;
  const project = create ? createdProject(stack, create) : existingProject(stack, bakery);
  const api = projectServices(stack, bakery, project.projectId);
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
