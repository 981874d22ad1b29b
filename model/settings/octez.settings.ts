import { section, text } from './kinds';

/** A release of Octez. */
export const release = text(
  /^\d{1,3}\.\d{1,3}$/,
  'an Octez release in quotes, e.g. "25.2" (without quotes 25.10 would be 25.1)',
);

/** Which release of Octez runs. */
export const octez = section({
  node: release, // every node, and what follows if it is not written; a baker refuses a node older than itself
  baker: release.optional(), // baker, accuser, endorser and DAL node; default: as the node
  signer: release.optional(), // octez-signer of `custody: hot`; default: as the baker
});
