import { chainRules } from './chain.rules';
import { clusterRules } from './cluster.rules';
import { googleRules } from './google.rules';
import { homeRules } from './homes.rules';
import { keyRules } from './keys.rules';
import { monitoringRules } from './monitoring.rules';
import { nameRules } from './names.rules';
import { nodeRules } from './nodes.rules';
import { payoutRules } from './payouts.rules';
import type { Rule } from './rule';
import { signerRules } from './signers.rules';
import { siteRules } from './site.rules';

/** Every rule that crosses settings or files. What one setting alone must be stands on its line in settings/. */
export const rules: readonly Rule[] = [
  ...nameRules,
  ...keyRules,
  ...signerRules,
  ...homeRules,
  ...chainRules,
  ...clusterRules,
  ...nodeRules,
  ...monitoringRules,
  ...payoutRules,
  ...siteRules,
  ...googleRules,
];
