/** Google's own accounts in a project, by the API that they work for (IAM, "Service agents"). */
interface Agent {
  /** `service-<number>@<domain>.iam.gserviceaccount.com` */
  readonly domain: string;
  /** What it gets on the project when it comes. */
  readonly role?: string;
}

/**
 * None of them is there because its API is on: it comes a while later, or is made by `gcloud services identity create`.
 * A grant to one that is not there is refused.
 */
export const serviceAgents: Readonly<Record<string, Agent>> = {
  'artifactregistry.googleapis.com': {
    domain: 'gcp-sa-artifactregistry',
    role: 'roles/artifactregistry.serviceAgent',
  },
  'compute.googleapis.com': { domain: 'compute-system', role: 'roles/compute.serviceAgent' },
  'container.googleapis.com': { domain: 'container-engine-robot', role: 'roles/container.serviceAgent' },
  'containerscanning.googleapis.com': {
    domain: 'gcp-sa-containerscanning',
    role: 'roles/containerscanning.ServiceAgent',
  },
  'gkebackup.googleapis.com': { domain: 'gcp-sa-gkebackup', role: 'roles/gkebackup.serviceAgent' },
  'pubsub.googleapis.com': { domain: 'gcp-sa-pubsub', role: 'roles/pubsub.serviceAgent' },
  'secretmanager.googleapis.com': { domain: 'gcp-sa-secretmanager' },
};

export function agentOf(api: string, projectNumber: string): { email: string; role?: string } {
  const agent = serviceAgents[api];
  if (!agent) throw new Error(`${api}: not in test/stand-ins/google/service-agents.ts`);
  return { email: `service-${projectNumber}@${agent.domain}.iam.gserviceaccount.com`, role: agent.role };
}
