import type { GoogleStandIn } from '../../stand-ins/google/google-stand-in';
import type { Project } from '../../stand-ins/google/google-world';
import type { Report } from '../part';
import type { Deployment } from './deployment';
import type { Stack } from './stacks';

/** A stack, the Google that it is deployed to, and who deploys it. */
export interface Scene {
  readonly report: Report;
  readonly stack: Stack;
  readonly google: GoogleStandIn;
  readonly project: Project;
  readonly deployment: Deployment;
  /** Google's accounts come after the first apply. */
  readonly late: boolean;
}

/** True where there is nothing to refuse. */
export function passes({ report, stack }: Scene, what: string, refusal: string | undefined): boolean {
  if (refusal === undefined) return true;
  report.fail(`terraform ${what}: ${stack.name}`, `${stack.file}: ${refusal}`);
  return false;
}
