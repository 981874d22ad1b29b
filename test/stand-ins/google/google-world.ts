import { createHash } from 'node:crypto';
import { exists, GoogleError, invalid, notFound } from './google-error';
import type { Json } from './google-routes';
import { Policies } from './iam-policies';
import { agentOf, serviceAgents } from './service-agents';

/** A project with the APIs that every project starts with. */
export interface Project {
  readonly id: string;
  readonly number: string;
  /** As it was made, where a stack has made it. */
  made?: { readonly name: string; readonly parent: Json; readonly labels: Json };
  /** The account that pays. */
  billing: string;
  readonly apis: Set<string>;
  /** Names of service agents that exist. */
  readonly agents: Set<string>;
}

/** On in every new project (Service Usage, "Services enabled by default"). */
const DEFAULT_APIS = ['serviceusage', 'servicemanagement', 'logging', 'monitoring', 'storage'];

/** How Compute Engine calls its resources. */
export const COMPUTE_URL = 'https://www.googleapis.com/compute/v1/';

function newProject(id: string): Project {
  const number = `${BigInt(`0x${createHash('sha256').update(id).digest('hex').slice(0, 9)}`) + 100000000000n}`;
  const apis = new Set(DEFAULT_APIS.map((api) => `${api}.googleapis.com`));
  return { id, number, apis, agents: new Set<string>(), billing: '000000-000000-000000' };
}

/** Everything that the stand-in knows, in memory. */
export class GoogleWorld {
  readonly projects = new Map<string, Project>();
  /** Ids that a stack is going to make a project of. */
  private announced = new Map<string, Project>();
  /** Full name, with the service in front, -> resource: `compute/projects/p/global/networks/n`. */
  readonly resources = new Map<string, Json>();
  readonly policies = new Policies(this);
  /** Requests that no service knows. */
  readonly strangers = new Set<string>();
  private operations = new Map<string, Json>();
  private serial = 0;

  /** A number nobody else has. */
  next(): number {
    this.serial += 1;
    return this.serial;
  }

  /** Somebody has made it before. */
  addProject(id: string): Project {
    const project = newProject(id);
    this.projects.set(id, project);
    return project;
  }

  /** Nobody has made it yet: it is what it will be, and not there. */
  announceProject(id: string): Project {
    const project = newProject(id);
    this.announced.set(id, project);
    return project;
  }

  /** Makes an announced project: any other id may be taken, by whomever. */
  makeProject({ projectId, name, parent, labels }: Json): void {
    const project = this.announced.get(projectId);
    if (!project || this.projects.has(projectId)) throw exists(`projects/${projectId}`);
    if (!['folder', 'organization'].includes(parent?.type) || !/^\d+$/.test(parent.id)) throw invalid('project.parent');
    project.made = { name, parent, labels };
    project.billing = '';
    // Asked about any project, these two look at the project of whoever asks, where they are on.
    for (const api of ['cloudresourcemanager', 'cloudbilling']) project.apis.add(`${api}.googleapis.com`);
    this.projects.set(projectId, project);
  }

  /** By id or number; Google says 403 of a project that is not there, so that nobody can find out which are. */
  project(idOrNumber: string): Project {
    const all = [...this.projects.values()];
    const found = all.find(({ id, number }) => id === idOrNumber || number === idOrNumber);
    if (found) return found;
    throw new GoogleError(403, `The caller does not have permission on project '${idOrNumber}' (or it may not exist)`);
  }

  /** Turns an API on: its account or agent comes with it, or later, or when it is asked for (service-agents.ts). */
  enable(project: Project, api: string): void {
    project.apis.add(api);
    const isCompute = api === 'compute.googleapis.com';
    const email = `${project.number}-compute@developer.gserviceaccount.com`;
    if (!isCompute || this.resources.has(`iam/projects/${project.id}/serviceAccounts/${email}`)) return;
    if (project.made) this.addDefaultNetwork(project);
    this.addAccount(project, email, 'Compute Engine default service account');
    this.policies.grant(`projects/${project.id}`, 'roles/editor', `serviceAccount:${email}`);
  }

  /** With its firewall rules, which let in SSH from everywhere; a project that is older has lost it already. */
  private addDefaultNetwork({ id }: Project): void {
    const [network, firewall] = [
      `projects/${id}/global/networks/default`,
      `projects/${id}/global/firewalls/default-allow-ssh`,
    ];
    this.resources.set(`compute/${network}`, { name: 'default', selfLink: `${COMPUTE_URL}${network}` });
    const link = { network: `${COMPUTE_URL}${network}` };
    this.resources.set(`compute/${firewall}`, {
      name: 'default-allow-ssh',
      selfLink: `${COMPUTE_URL}${firewall}`,
      ...link,
    });
  }

  addAccount(project: Project, email: string, displayName: string, description?: string): Json {
    const name = `projects/${project.id}/serviceAccounts/${email}`;
    const uniqueId = `${100000000000000000000n + BigInt(this.next())}`;
    const account = { name, projectId: project.id, uniqueId, email, displayName, description, etag: 'MDEwMjE5MjA=' };
    this.resources.set(`iam/${name}`, { ...account, oauth2ClientId: uniqueId });
    return this.resources.get(`iam/${name}`);
  }

  /** What `gcloud services identity create` asks for, and what Google does by itself some day. */
  makeAgent(project: Project, api: string): string {
    const { email, role } = agentOf(api, project.number);
    if (!project.agents.has(email)) {
      project.agents.add(email);
      if (role) this.policies.grant(`projects/${project.id}`, role, `serviceAccount:${email}`);
    }
    return email;
  }

  /** The agents of all APIs that are on. */
  makeLateAgents(project: Project): void {
    for (const api of Object.keys(serviceAgents)) if (project.apis.has(api)) this.makeAgent(project, api);
  }

  get(name: string): Json {
    const found = this.resources.get(name);
    if (found === undefined) throw notFound(name.slice(name.indexOf('/') + 1));
    return found;
  }

  /** Resources whose full names begin so. */
  under(prefix: string): Json[] {
    return [...this.resources].filter(([name]) => name.startsWith(prefix)).map(([, resource]) => resource);
  }

  /** An operation that is running when it is told of, and done when somebody asks for the first time. */
  operation(name: string, told: Json, done: Json): Json {
    this.operations.set(name, done);
    return told;
  }

  operationNamed(name: string): Json {
    const found = this.operations.get(name);
    if (found === undefined) throw notFound(name);
    return found;
  }
}
