import type { PayoutRecord } from '../../../programs/payout-guard/payout-guard.contract';

/** What `pay --from-file` reads: these rows, as `generate-payouts` writes them and the preflight leaves them. */
export function planOf(baker: string, open: readonly PayoutRecord[]): object[] {
  const tokens = { fa_token_id: '0', fa_contract: '', delegator_balance: '1', staked_balance: '0', fee: '0' };
  const payouts = open.map(({ cycle, kind, delegator, recipient, amount }) => ({
    ...{ baker, delegator, cycle, recipient, kind, tx_kind: 'tez', ...tokens, amount, valid: true },
  }));
  return [{ cycle: open[0]?.cycle ?? 0, payouts }];
}

/** config.hjson: the engine asks the guard alone, and the baker pays all fees. `rpc`: the guard's port. */
export function engineConfig({ baker, rpc, tzkt }: { baker: string; rpc: number; tzkt: string }): object {
  const payouts = { wallet_mode: 'remote-signer', payout_mode: 'actual', fee: 0.05 };
  return {
    ...{ tezpay_config_version: 0, baker },
    payouts: { ...payouts, baker_pays_transaction_fee: true, baker_pays_allocation_fee: true },
    network: { rpc_pool: [`http://127.0.0.1:${rpc}`], tzkt_url: tzkt },
  };
}
