/**
 * What the chain-exporter asks of the node that it follows (programs/chain-exporter), in the words of a node's access
 * list: reading alone, and of a delegate single fields.
 */
export const exporterRpcs: readonly string[] = [
  'GET /chains/*/blocks/*/header',
  'GET /chains/*/blocks/*/metadata',
  'GET /chains/*/blocks/*/operations/*', // votes, and evidence of double signatures
  'GET /chains/*/blocks/*/context/constants',
  'GET /chains/*/blocks/*/context/delegates/*/*',
  'GET /chains/*/blocks/*/context/contracts/*/balance',
  'GET /chains/*/blocks/*/context/nonces/*',
  'GET /chains/*/blocks/*/votes/current_proposal',
  'GET /chains/*/blocks/*/helpers/baking_rights', // in no release's own list, like the next one
  'GET /chains/*/blocks/*/helpers/attestation_rights',
];
