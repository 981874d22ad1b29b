import type { Bakery } from '../../model/bakery';
import { urlOf } from '../../model/components';
import type { KnownWallet, TezpaySettings } from '../../model/wallets';
import type { Files } from '../component-chart';

/** Names by which tezpay looks for them, and where they are mounted. */
const CONFIG = 'config.hjson';
const SIGNER = 'remote_signer.hjson';
export const TEZPAY_DIR = '/etc/tezpay';

/** What tezpay is told by its environment (state/state.go, core/generate/0_CheckConditionsAndPrepare.go). */
export function tezpayEnv({ killSwitch }: TezpaySettings, workDir: string) {
  return [
    { name: 'CONFIGURATION_FILE', value: `${TEZPAY_DIR}/${CONFIG}` },
    { name: 'REMOTE_SIGNER_CONFIGURATION_FILE', value: `${TEZPAY_DIR}/${SIGNER}` },
    // Empty in each run: what is reported as paid there need not have been, and the guard remembers what was.
    { name: 'REPORTS_DIRECTORY', value: `${workDir}/reports` },
    // Its configuration has a word for it too, which 0.25.1 reads and forgets.
    ...(killSwitch ? [] : [{ name: 'DISABLE_TEZPAY_KILL_SWITCH', value: 'true' }]),
  ];
}

/** Its files, as JSON, which HJSON takes (configuration/v/v0.go, engines/signer/load.go). */
export function tezpayFiles(bakery: Bakery, settings: TezpaySettings, wallet: KnownWallet): Files {
  const file = (content: object) => `${JSON.stringify(content, null, 2)}\n`;
  return {
    [CONFIG]: file(tezpayConfig(bakery, settings, wallet)),
    [SIGNER]: file({ pkh: wallet.address, url: urlOf(bakery, 'payout-guard', 'signer') }),
  };
}

function tezpayConfig(bakery: Bakery, settings: TezpaySettings, wallet: KnownWallet): object {
  const { tzkt } = bakery.network;
  if (!tzkt) throw new Error(`${bakery.network.name} has no indexer`);
  const byBaker = settings.feesPaidBy.baker !== undefined;
  const donated = share(settings.donatePercent);
  return {
    tezpay_config_version: 0,
    baker: wallet.bakerAddress,
    payouts: {
      wallet_mode: 'remote-signer',
      payout_mode: 'actual', // what the baker has earned, and not what it could have
      fee: share(wallet.settings.feePercent),
      baker_pays_transaction_fee: byBaker,
      baker_pays_allocation_fee: byBaker,
      minimum_payout_amount: settings.minimumTez,
    },
    delegators: delegatorsOf(wallet),
    income_recipients: { donate: donated, donate_bonds: donated, donate_fees: donated }, // absent, it gives 5 percent
    network: {
      rpc_pool: [urlOf(bakery, 'payout-guard', 'rpc')], // in the place of its makers' nodes
      tzkt_url: `${tzkt.api}/`,
      explorer: `${tzkt.explorer}/`,
    },
    overdelegation: { protect: true },
    disable_analytics: !settings.analytics,
  };
}

const A_LITTLE = 1e-8;

/** Delegators of a file are a set: another order of them rolls nothing. */
function delegatorsOf({ settings }: KnownWallet): object {
  const { ignore, exceptions } = settings as TezpaySettings['wallets'][number];
  const rules = exceptions.map(({ address, recipient, feePercent }) => {
    const fee = feePercent === undefined ? {} : { fee: share(feePercent) };
    return [address, { ...(recipient === undefined ? {} : { recipient }), ...fee }] as const;
  });
  return {
    requirements: { minimum_balance: 0, below_minimum_reward_destination: 'none' },
    ignore: [...ignore].sort(),
    overrides: Object.fromEntries(rules.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/**
 * `5` percent as tezpay writes it: `0.05`. It cuts off what is behind the fourth decimal of the binary fraction
 * (utils/math.go): 0.0029 is 28 of ten thousand to it, and what is a little more is 29.
 */
export function share(percent: number): number {
  const parts = Math.round(percent * 100);
  const exact = parts / 10_000;
  return Math.floor(exact * 10_000) === parts ? exact : Number((exact + A_LITTLE).toFixed(8));
}
