import type { Answer } from '../tools/run';
import type { Json, Stack } from './stacks';
import { type Judge, refusalIn, terraform } from './terraform-program';

/** What a plan would do to one resource: `['update']`, `['delete', 'create']`. */
export interface Change {
  readonly address: string;
  readonly actions: readonly string[];
  /** Top-level arguments that differ; of a replacement, those that force it. */
  readonly fields: readonly string[];
}

/** A plan, or why there is none. */
export interface Plan {
  readonly refusal?: string;
  readonly changes: readonly Change[];
}

const PLAN = 'plan.bin';

/** One stack under Terraform's care: its folder keeps the state from step to step. */
export class Deployment {
  constructor(private readonly judge: Judge) {}

  /** Undefined, or why Terraform does not start. */
  async init(stack: Stack): Promise<string | undefined> {
    return refusalIn(await terraform(this.judge, stack, ['init', '-input=false']));
  }

  /** Of resources as they are now; `remembered`: as the state has them, for what a plan refuses or replaces. */
  async plan(stack: Stack, { remembered = false }: { remembered?: boolean } = {}): Promise<Plan> {
    const words = ['plan', '-input=false', `-out=${PLAN}`, ...(remembered ? ['-refresh=false'] : [])];
    const refusal = refusalIn(await terraform(this.judge, stack, words));
    if (refusal !== undefined) return { refusal, changes: [] };
    const shown = await terraform(this.judge, stack, ['show', '-json', PLAN]);
    return { refusal: refusalIn(shown), changes: changesIn(shown) };
  }

  /** Carries the last plan out. */
  async applyPlan(stack: Stack): Promise<string | undefined> {
    return refusalIn(await terraform(this.judge, stack, ['apply', '-input=false', PLAN]));
  }

  async apply(stack: Stack): Promise<string | undefined> {
    return refusalIn(await terraform(this.judge, stack, ['apply', '-input=false', '-auto-approve']));
  }

  async destroy(stack: Stack, { remembered = false }: { remembered?: boolean } = {}): Promise<string | undefined> {
    const words = ['destroy', '-input=false', '-auto-approve', ...(remembered ? ['-refresh=false'] : [])];
    return refusalIn(await terraform(this.judge, stack, words));
  }

  /** Out of Terraform's hands. */
  async forget(stack: Stack, addresses: readonly string[]): Promise<string | undefined> {
    return refusalIn(await terraform(this.judge, stack, ['state', 'rm', ...addresses]));
  }
}

function changesIn({ stdout, status }: Answer): Change[] {
  if (status !== 0) return [];
  const changes: Json[] = JSON.parse(stdout).resource_changes ?? [];
  return changes
    .map(({ address, change }) => ({ address, actions: change.actions, fields: fieldsOf(change) }))
    .filter(({ actions }) => !['no-op', 'read'].includes(actions[0]));
}

function fieldsOf({ before, after, after_unknown: unknown, replace_paths: forcing }: Json): string[] {
  if (forcing) return [...new Set<string>(forcing.map(([field]: string[]) => field))];
  return Object.keys({ ...before, ...after }).filter(
    (key) => unknown?.[key] === true || JSON.stringify(before?.[key]) !== JSON.stringify(after?.[key]),
  );
}

/** For people: `google_container_cluster.bakery: delete, create (datapath_provider)`. */
export const listed = (changes: readonly Change[]) =>
  changes.map(({ address, actions, fields }) => `${address}: ${actions.join(', ')} (${fields.join(', ')})`).join('\n');
