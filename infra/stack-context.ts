import type { ITerraformDependable, TerraformStack } from 'cdktf';
import type { Bakery } from '../model/bakery';
import type { Api } from './project-services';

/** What every part of a stack builds on. */
export interface StackContext {
  readonly stack: TerraformStack;
  readonly bakery: Bakery;
  /** The project's id as a Terraform expression: what names it waits for the project. */
  readonly project: string;
  /** A Terraform expression: Google assigns the number. */
  readonly projectNumber: string;
  /** For `dependsOn`: the API is on before a resource asks for it. */
  readonly api: (...names: Api[]) => ITerraformDependable[];
}

/**
 * A Terraform id from a name of ours: `sentry-a` becomes `sentry_a`. Ids are permanent, and direct children of the
 * stack keep theirs verbatim; nested ones would get a hash that changes whenever the code is moved.
 */
export function terraformId(name: string): string {
  return name.replaceAll('-', '_');
}

/** Where workload identities of the project's clusters live. */
export function workloadPool(bakery: Bakery): string {
  return `${bakery.projectId}.svc.id.goog`;
}
