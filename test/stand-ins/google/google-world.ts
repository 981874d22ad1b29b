import { createHash } from 'node:crypto';
import { GoogleError, notFound } from './google-error';
import type { Json } from './google-routes';
import { Policies } from './iam-policies';
import { agentOf, serviceAgents } from './service-agents';

/** A project that somebody has made before, with the APIs that every project starts with. */
export interface Project {
  readonly id: string;
  readonly number: string;
  readonly apis: Set<string>;
  /** Names of service agents that exist. */
  readonly agents: Set<string>;
}

/** On in every new project (Service Usage, "Services enabled by default"). */
const DEFAULT_APIS = ['serviceusage', 'servicemanagement', 'logging', 'monitoring', 'storage'];

/** Everything that the stand-in knows, in memory. */
export class GoogleWorld {
  readonly projects = new Map<string, Project>();
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

  addProject(id: string): Project {
    const number = `${BigInt(`0x${createHash('sha256').update(id).digest('hex').slice(0, 9)}`) + 100000000000n}`;
    const project = {
      id,
      number,
      apis: new Set(DEFAULT_APIS.map((api) => `${api}.googleapis.com`)),
      agents: new Set<string>(),
    };
    this.projects.set(id, project);
    return project;
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
    this.addAccount(project, email, 'Compute Engine default service account');
    this.policies.grant(`projects/${project.id}`, 'roles/editor', `serviceAccount:${email}`);
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
