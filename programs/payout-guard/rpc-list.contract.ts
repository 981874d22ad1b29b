/** Who asks nodes for something by way of the payout-guard, and the payout-guard itself. */
export type RpcAsker = 'tezpay' | 'backerei' | 'preflight' | 'payout-guard';

/** One RPC by its name, and who needs it. `{word}` in it is one of `rpcWords`. */
export interface NamedRpc {
  readonly rpc: `${'GET' | 'POST'} /${string}`;
  readonly askers: readonly RpcAsker[];
  /** Queries that may stand behind it; without one it may always be asked. */
  readonly queries?: RegExp;
  /** It answers until somebody hangs up. */
  readonly isStream?: true;
}

const HASH = 'B[1-9A-HJ-NP-Za-km-z]{50}';
const ADDRESS = '(?:tz[1-4]|KT1)[1-9A-HJ-NP-Za-km-z]{33}';

/** What may stand for a word, but for `{wallet}` and `{baker}`, which the configuration names. */
export const rpcWords: Readonly<Record<string, string>> = {
  block: `(?:head|${HASH}|\\d{1,10})(?:~\\d{1,7})?`,
  address: ADDRESS,
  cycle: '\\d{1,7}',
  number: '\\d{1,5}',
};

/** With receipts that a node would leave out as too large; what tzgo asks for (tzgo rpc/block.go, rpc/operations.go). */
const WITH_METADATA = /^metadata=always$/;

const row = (rpc: NamedRpc['rpc'], askers: readonly RpcAsker[], more: Omit<NamedRpc, 'rpc' | 'askers'> = {}) => ({
  rpc,
  askers,
  ...more,
});
const inBlock = (method: 'GET' | 'POST', path: string, askers: readonly RpcAsker[], queries?: RegExp): NamedRpc =>
  row(`${method} /chains/main/blocks/{block}/${path}`, askers, queries ? { queries } : {});

/**
 * All that is asked of a node for payouts, each RPC by its name.
 *
 * Sources: tezpay 0.25.1 (engines/collector/default.go, engines/transactor/default.go, utils/rpc.go) and the calls behind
 * these in tzgo 1.25.0 (rpc/{client,constants,run,observer,receipt}.go); Backerei 1442ffd (src/Backerei/RPC.hs). tezpay
 * asks whether a node is synced before every other question. What nobody needs is not passed: with all RPCs a client
 * could change a node's peers, or inject blocks.
 */
export const payoutRpcs: readonly NamedRpc[] = [
  row('GET /chains/main/is_bootstrapped', ['tezpay']),
  row('GET /chains/main/chain_id', ['tezpay', 'preflight']),
  row('GET /version', ['tezpay']),
  inBlock('GET', 'header', ['tezpay', 'backerei', 'preflight', 'payout-guard']),
  inBlock('GET', 'metadata', ['tezpay', 'backerei', 'preflight', 'payout-guard'], WITH_METADATA),
  inBlock('GET', 'hash', ['tezpay']),
  inBlock('GET', 'context/constants', ['tezpay', 'preflight']),
  inBlock('GET', 'context/raw/json/contracts/index/{wallet}', ['tezpay']),
  inBlock('GET', 'context/contracts/{wallet}/balance', ['tezpay', 'preflight', 'payout-guard']),
  inBlock('GET', 'context/contracts/{wallet}/counter', ['backerei', 'payout-guard']),
  inBlock('POST', 'helpers/scripts/simulate_operation', ['tezpay']),
  row('POST /injection/operation', ['tezpay', 'backerei']),
  // Where it is missing tzgo asks for the head now and then, passes over blocks, and waits for ever for what was in one.
  row('GET /monitor/heads/main', ['tezpay'], { isStream: true }),
  inBlock('GET', 'operation_hashes', ['tezpay']),
  inBlock('GET', 'operations/{number}/{number}', ['tezpay', 'payout-guard'], WITH_METADATA),
  inBlock('GET', 'context/contracts/{address}/delegate', ['preflight']),
  inBlock('GET', 'context/delegates/{baker}/participation', ['preflight']),
  inBlock('GET', 'context/delegates/{baker}/dal_participation', ['preflight']),
  inBlock('GET', 'helpers/levels_in_current_cycle', ['preflight'], /^offset=-\d{1,7}$/),
  inBlock('GET', 'helpers/current_level', ['backerei']),
  inBlock('GET', 'helpers/baking_rights', ['backerei'], /^(?=.*\bcycle=\d+)(?=.*\bdelegate=tz)[\w=&]+$/),
  inBlock('GET', 'helpers/endorsing_rights', ['backerei'], /^(?=.*\bcycle=\d+)(?=.*\bdelegate=tz)[\w=&]+$/),
  inBlock('GET', 'operations', ['backerei']),
  inBlock('GET', 'operations/{number}', ['payout-guard']),
  inBlock('GET', 'context/raw/json/cycle/{cycle}', ['backerei']),
  inBlock('GET', 'context/delegates/{baker}/delegated_contracts', ['backerei']),
  inBlock('GET', 'context/delegates/{baker}/balance', ['backerei']),
  inBlock('GET', 'context/delegates/{baker}/staking_balance', ['backerei']),
  inBlock('GET', 'context/delegates/{baker}/frozen_balance_by_cycle', ['backerei']),
  inBlock('GET', 'context/contracts/{address}/balance', ['backerei', 'preflight']),
  inBlock('GET', 'context/contracts/{address}/manager_key', ['backerei']),
  inBlock('POST', 'helpers/scripts/run_operation', ['backerei']),
  inBlock('POST', 'helpers/forge/operations', ['backerei']),
  inBlock('POST', 'helpers/preapply/operations', ['backerei']),
  row('GET /chains/main/levels/savepoint', ['payout-guard']),
  row('GET /chains/main/checkpoint', ['payout-guard']),
];

/** What these ask for. */
export function rpcsOf(askers: readonly RpcAsker[]): NamedRpc[] {
  return payoutRpcs.filter((each) => each.askers.some((asker) => askers.includes(asker)));
}

/** The same in the words of Octez' access lists (`GET`, then a path in which `*` stands for one word), sorted, each once. */
export function accessList(askers: readonly RpcAsker[]): string[] {
  const words = rpcsOf(askers).map(({ rpc }) => rpc.replace('/main', '/*').replace(/\{[a-z]+\}/g, '*'));
  return [...new Set(words)].sort();
}
