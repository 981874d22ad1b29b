import { join } from 'node:path';

/** The program that machines at home run, one module for Node. */
export function agentBundle(checkout: string): string {
  return require(join(checkout, 'bin', 'bundle.cjs')).program('agent');
}
