import * as z from 'zod';
import { baker } from './bakers.settings';
import { cluster, storage } from './cluster.settings';
import { custody } from './custody.settings';
import { google, maintenance } from './google.settings';
import { anyText, list, section, text, word } from './kinds';
import { bringUp, network } from './network.settings';
import { bakerDaemon, dal, privateNode, sentries } from './nodes.settings';

const release = text(
  /^\d{1,3}\.\d{1,3}$/,
  'an Octez release in quotes, e.g. "25.2" (without quotes 25.10 would be 25.1)',
);

/** A whole bakery file. */
export const bakerySettings = section({
  network,
  octez: section({
    node: release, // upgrade this one first: a baker refuses a node older than itself
    baker: release.optional(), // baker, accuser, endorser and DAL node; default: as the node
    signer: release.optional(), // octez-signer of `custody: hot`; default: as the baker
  }),
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
  acknowledge: z
    .array(section({ line: anyText('the line of dist/permanent/<bakery>.txt'), reason: anyText('why it may change') }))
    .default([]), // permits a permanent name to change or vanish, where the reviewer sees it
});

/** What the rest of the code sees: every default filled in, every choice an object. */
export type BakerySettings = z.output<typeof bakerySettings>;
