import * as z from 'zod';
import { baker } from './bakers.settings';
import { cluster, storage } from './cluster.settings';
import { custody } from './custody.settings';
import { google, maintenance } from './google.settings';
import { anyText, list, section, settingNames, word } from './kinds';
import { monitoring, runbook } from './monitoring.settings';
import { bringUp, network } from './network.settings';
import { bakerDaemon, dal, privateNode, sentries } from './nodes.settings';
import { octez } from './octez.settings';
import { payouts } from './payouts.settings';
import { site } from './site.settings';

/** A whole bakery file. */
export const bakerySettings = section({
  network,
  octez,
  liquidityBakingVote: word(['on', 'off', 'pass'], 'your vote, in every block you bake').optional(), // required where the protocol has the vote
  bakers: list(baker, 1, 'bakers'),
  custody,
  google,
  cluster,
  storage,
  maintenance,
  privateNode,
  sentries,
  baker: bakerDaemon,
  dal: dal.optional(),
  bringUp: bringUp.prefault({}),
  payouts: payouts.optional(),
  site: site.optional(),
  monitoring,
  runbook, // without it alerts name the file alone
  acknowledge: z
    .array(section({ line: anyText('the line of dist/permanent/<bakery>.txt'), reason: anyText('why it may change') }))
    .default([]), // permits a permanent name to change or vanish, where the reviewer sees it
});

/** Names of all settings. */
export const bakerySettingNames: ReadonlySet<string> = settingNames;

/** What the rest of the code sees: every default filled in, every choice an object. */
export type BakerySettings = z.output<typeof bakerySettings>;
