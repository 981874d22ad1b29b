/**
 * What a DAL node that attests asks of its L1 node, read from src/lib_dal_node and from the plugins (lib_dal) of the
 * protocols in octez-v25.1. Everything else is refused: the node's peers, the private RPCs, blocks, protocols, logging,
 * workers. In the words of a node's access list (resto/src/acl.ml): `*` is one part of a path.
 */
export const dalNodeRpcs: readonly string[] = [
  'GET /version', // l1_helpers.ml: the name of its network
  'GET /config/network/dal', // l1_helpers.ml: bootstrap peers
  'GET /config/history_mode', // history_check.ml: 150 levels must be there
  'GET /monitor/bootstrapped', // l1_helpers.ml
  'GET /monitor/heads/*', // lib_crawler/layer_1.ml
  'GET /chains/*/chain_id', // daemon.ml: its store is of this chain
  'GET /chains/*/is_bootstrapped', // run-dal-node.sh
  'GET /chains/*/protocols', // proto_plugins.ml, proto_cryptoboxes.ml
  'GET /chains/*/levels/savepoint', // daemon.ml
  'GET /chains/*/blocks', // layer_1.ml: predecessors of a head
  'GET /chains/*/blocks/*', // block info, in the plugins of protocols before 025
  'GET /chains/*/blocks/*/hash', // layer_1.ml
  'GET /chains/*/blocks/*/header/shell', // crawler.ml
  'GET /chains/*/blocks/*/protocols', // proto_plugins.ml
  'GET /chains/*/blocks/*/operations/*', // plugin: the attestations, pass 0
  'GET /chains/*/blocks/*/votes/current_period', // plugin: whether a migration is near
  'GET /chains/*/blocks/*/context/constants/parametric', // plugin
  'GET /chains/*/blocks/*/context/dal/*', // plugin: shards, published slot headers, cells of the skip list
  'GET /chains/*/blocks/*/context/delegates/*/deactivated', // plugin: whether a profile is a delegate's
  'GET /chains/*/blocks/*/helpers/attestation_rights', // plugin: the committee
  'POST /chains/*/blocks/*/helpers/forge/operations', // plugin: evidence against who attested a trap,
  'POST /injection/operation', // which it hands in (accuser.ml)
];
