import { createHash } from 'node:crypto';
import { GoogleError, invalid, stale } from './google-error';
import type { Call, Json, Routes } from './google-routes';
import type { GoogleWorld } from './google-world';

/** Who may do what, of every resource that has a policy. */
export class Policies {
  private byResource = new Map<string, Json>();
  /** What somebody else does, once, right after the next reading of a policy. */
  meanwhile?: () => void;

  constructor(private readonly world: GoogleWorld) {}

  get(resource: string): Json {
    const policy = this.byResource.get(resource) ?? { version: 1, bindings: [] };
    return { ...policy, etag: etagOf(resource, policy) };
  }

  /** The whole policy is replaced; with an etag, only the one that its sender has read. */
  set(resource: string, policy: Json): Json {
    const { etag, ...sent } = policy ?? {};
    if (etag !== undefined && etag !== this.get(resource).etag) {
      throw stale(
        'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
      );
    }
    const bindings = (sent.bindings ?? []).filter(({ members }: Json) => (members ?? []).length > 0);
    const known = new Set(this.members(resource).map(({ role, member }) => `${role} ${member}`));
    for (const { role, members } of bindings) {
      if (!/^(roles|projects\/[^/]+\/roles)\/[\w.]+$/.test(role))
        throw invalid(`Role ${role} is not supported for this resource.`);
      // A member that is there may have been deleted since.
      for (const member of members) if (!known.has(`${role} ${member}`)) this.checkMember(member);
    }
    this.byResource.set(resource, { ...sent, version: sent.version ?? 1, bindings, serial: this.world.next() });
    return this.get(resource);
  }

  /** As an API reads it: others may be faster than its answer is used. */
  read(resource: string): Json {
    const policy = this.get(resource);
    const meanwhile = this.meanwhile;
    this.meanwhile = undefined;
    meanwhile?.();
    return policy;
  }

  /** By hand, in Google's console: one role of everybody. */
  revoke(resource: string, role: string): void {
    const { etag: _, ...policy } = this.get(resource);
    const bindings = policy.bindings.filter((binding: Json) => binding.role !== role);
    this.byResource.set(resource, { ...policy, bindings, serial: this.world.next() });
  }

  /** Google's own changes, which nobody reads first. */
  grant(resource: string, role: string, member: string): void {
    const { etag: _, ...policy } = this.get(resource);
    this.byResource.set(resource, {
      ...policy,
      bindings: [...policy.bindings, { role, members: [member] }],
      serial: this.world.next(),
    });
  }

  members(resource: string): { role: string; member: string }[] {
    return this.get(resource).bindings.flatMap(({ role, members }: Json) =>
      members.map((member: string) => ({ role, member })),
    );
  }

  has(resource: string, role: string, member: string): boolean {
    return this.members(resource).some((each) => each.role === role && each.member === member);
  }

  private checkMember(member: string): void {
    const [kind = '', name = ''] = [member.slice(0, member.indexOf(':')), member.slice(member.indexOf(':') + 1)];
    if (/^(allUsers|allAuthenticatedUsers)$/.test(member) || /^(principal|principalSet)$/.test(kind)) return;
    if (/^(user|group|domain|deleted|projectOwner|projectEditor|projectViewer)$/.test(kind)) return;
    if (kind !== 'serviceAccount') throw invalid(`Invalid principal type: ${member}`);
    const pool = /^([^@]+\.svc\.id\.goog)\[[^/\]]+\/[^/\]]+\]$/.exec(name)?.[1];
    if (pool) {
      if (!this.poolExists(pool))
        throw invalid(
          `Identity Pool does not exist (${pool}). Please check that you specified a valid resource name as returned in the \`name\` attribute in the configuration API.`,
        );
      return;
    }
    if (!this.accountExists(name))
      throw new GoogleError(400, `Service account ${name} does not exist.`, { reason: 'badRequest' });
  }

  /** A project's workload identity pool comes with its first cluster that uses it. */
  private poolExists(pool: string): boolean {
    return this.world
      .under('container/')
      .some(({ workloadIdentityConfig }) => workloadIdentityConfig?.workloadPool === pool);
  }

  private accountExists(email: string): boolean {
    const isAgent = [...this.world.projects.values()].some(({ agents }) => agents.has(email));
    return isAgent || this.world.under('iam/projects/').some((account) => account.email === email);
  }
}

function etagOf(resource: string, policy: Json): string {
  return createHash('sha256')
    .update(`${resource} ${JSON.stringify(policy)}`)
    .digest('base64')
    .slice(0, 12);
}

/** `getIamPolicy` and `setIamPolicy` of a kind of resource, in both ways in which Google's services are asked. */
export function policyRoutes(world: GoogleWorld, service: string, path: string): Routes {
  const name = ({ path: asked }: Call) => `${service}/${asked.slice(0, asked.lastIndexOf(':'))}`;
  const read = (call: Call) => {
    world.get(name(call));
    return world.policies.read(name(call));
  };
  const write = (call: Call) => {
    world.get(name(call));
    return world.policies.set(name(call), call.body.policy);
  };
  return {
    [`GET ${path}:getIamPolicy`]: read,
    [`POST ${path}:getIamPolicy`]: read,
    [`POST ${path}:setIamPolicy`]: write,
  };
}
