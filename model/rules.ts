import { chainRules } from './rules/chain.rules';
import { clusterRules } from './rules/cluster.rules';
import { googleRules } from './rules/google.rules';
import { keyRules } from './rules/keys.rules';
import { nameRules } from './rules/names.rules';
import { nodeRules } from './rules/nodes.rules';
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
