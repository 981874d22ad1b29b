import { chainRules } from './rules/chain';
import { clusterRules } from './rules/cluster';
import { googleRules } from './rules/google';
import { keyRules } from './rules/keys';
import { nameRules } from './rules/names';
import { nodeRules } from './rules/nodes';
import type { Rule } from './rules/rule';

/** Every rule that crosses settings or files. What one setting alone must be stands on its line in settings/. */
export const rules: readonly Rule[] = [
  ...nameRules,
  ...keyRules,
  ...chainRules,
  ...clusterRules,
  ...nodeRules,
  ...googleRules,
];
