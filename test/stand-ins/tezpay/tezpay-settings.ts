import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeAny } from '../kit/base58';
import type { Options } from '../kit/command-line';
import { ask } from '../kit/http-client';
import { Exit } from '../kit/program';
import { RemoteWallet } from './remote-wallet';
import { RpcPool } from './rpc-pool';
import { CODES } from './tezpay-codes';

/** config.hjson of version 0, with what tezpay fills in (configuration/v/v0.go, runtime.go). */
export interface TezpaySettings {
  readonly baker: string;
  readonly fee: number;
  readonly ideal: boolean;
  readonly paysFees: boolean;
  readonly paysAllocation: boolean;
  readonly minimum: bigint;
  readonly ignoresEmpty: boolean;
  readonly batchSize: number;
  readonly gasBuffers: { readonly plain: bigint; readonly contract: bigint; readonly reading: bigint };
  readonly minimumBalance: bigint;
  readonly belowMinimumToEveryone: boolean;
  readonly ignored: readonly string[];
  readonly prefilter: readonly string[];
  readonly overrides: Readonly<Record<string, { recipient?: string; fee?: number }>>;
  readonly bonds: Readonly<Record<string, number>>;
  readonly fees: Readonly<Record<string, number>>;
  readonly donateBonds: number;
  readonly donateFees: number;
  readonly donations: Readonly<Record<string, number>>;
  readonly donates: boolean;
  readonly protectsOverdelegation: boolean;
  readonly ignoresContracts: boolean;
  readonly tzkt: string;
  readonly prefix: string;
  readonly rpc: RpcPool;
  readonly wallet: RemoteWallet;
}

const DONATION = 'tz1UGkfyrT9yBt6U5PV7Qeui3pt3a8jffoWv';

/** Configuration, then the wallet's key, then the nodes: whichever is missing, the code is 20. */
export async function readSettings(options: Options): Promise<TezpaySettings> {
  const folder = options.value('--path') ?? '.';
  try {
    const file = hjson(process.env.CONFIGURATION_FILE || join(folder, 'config.hjson'));
    const plain = plainSettings(file, options);
    const wallet = await RemoteWallet.open(specsOf(file, folder, options));
    const rpc = new RpcPool(poolOf(file.network ?? {}));
    await rpc.refresh();
    return { ...plain, wallet, rpc };
  } catch (error) {
    if (error instanceof Exit) throw error;
    throw new Exit(CODES.config, `failed to load configuration: ${(error as Error).message}`);
  }
}

/** Of HJSON only JSON, with comments on lines of their own: what a program writes. */
function hjson(path: string): any {
  const lines = readFileSync(path, 'utf8').split('\n');
  return JSON.parse(lines.filter((line) => !/^\s*(#|\/\/)/.test(line)).join('\n'));
}

/** `rpc_url` goes in front of the pool; the pool that is not given is a public one. */
function poolOf(network: any): string[] {
  const pool = network.rpc_pool ?? ['https://eu.rpc.tez.capital/', 'https://us.rpc.tez.capital/'];
  return network.rpc_url ? [network.rpc_url, ...pool] : pool;
}

function specsOf({ payouts = {} }: any, folder: string, options: Options): { pkh: string; url: string } {
  const override = options.value('--signer');
  if (override?.startsWith('remote:')) {
    const [pkh, url] = override.slice(7).split('@');
    return { pkh, url };
  }
  if (!/^remote[-_]signer$/.test(payouts.wallet_mode ?? ''))
    throw new Error('the stand-in pays with a remote signer only');
  return hjson(process.env.REMOTE_SIGNER_CONFIGURATION_FILE || join(folder, 'remote_signer.hjson'));
}

const mutez = (tez: number) => BigInt(Math.floor(tez * 1_000_000));

function plainSettings(file: any, options: Options): Omit<TezpaySettings, 'rpc' | 'wallet'> {
  const { payouts = {}, delegators = {}, income_recipients: income = {}, network = {}, overdelegation = {} } = file;
  validate(file);
  const donate = income.donate ?? 0.05;
  const [donateBonds, donateFees] = [income.donate_bonds ?? donate, income.donate_fees ?? donate];
  return {
    baker: file.baker,
    fee: payouts.fee ?? 0.05,
    ideal: payouts.payout_mode === 'ideal',
    paysFees: payouts.baker_pays_transaction_fee ?? false,
    paysAllocation: payouts.baker_pays_allocation_fee ?? false,
    minimum: mutez(payouts.minimum_payout_amount ?? 0),
    ignoresEmpty: payouts.ignore_empty_accounts ?? false,
    batchSize: payouts.simulation_batch_size ?? 50,
    gasBuffers: {
      plain: BigInt(payouts.transaction_gas_limit_buffer ?? 100),
      contract: BigInt(payouts.kt_transaction_gas_limit_buffer ?? 200),
      reading: BigInt(payouts.transaction_deserialization_gas_buffer ?? 2),
    },
    minimumBalance: mutez(delegators.requirements?.minimum_balance ?? 0),
    belowMinimumToEveryone: delegators.requirements?.below_minimum_reward_destination === 'everyone',
    ignored: delegators.ignore ?? [],
    prefilter: delegators.prefilter ?? [],
    overrides: delegators.overrides ?? {},
    bonds: income.bonds ?? {},
    fees: income.fees ?? {},
    ...{ donateBonds, donateFees, donations: income.donations ?? { [DONATION]: 1 } },
    donates: donateBonds + donateFees > 0,
    protectsOverdelegation: overdelegation.protect ?? true,
    ignoresContracts: network.ignore_kt ?? false,
    tzkt: network.tzkt_url ?? 'https://api.tzkt.io/',
    prefix: options.value('--pay-only-address-prefix') ?? '',
  };
}

/** configuration/validate.go. */
function validate({
  tezpay_config_version: version,
  baker,
  payouts = {},
  delegators = {},
  income_recipients = {},
}: any): void {
  const require = (holds: boolean, what: string) => {
    if (!holds) throw new Error(what);
  };
  require(version === 0, `unsupported configuration version ${version}`);
  require(decodeAny(baker ?? '') !== undefined, `baker: ${baker}`);
  const modes = ['local-private-key', 'local_private_key', 'remote-signer', 'remote_signer', undefined];
  require(modes.includes(
    payouts.wallet_mode,
  ), `configuration.payouts.wallet_mode - '${payouts.wallet_mode}' not supported`);
  require(['actual', 'ideal', undefined].includes(
    payouts.payout_mode,
  ), `payout_mode - '${payouts.payout_mode}' not supported`);
  const { minimum_delay_blocks: least = 500, maximum_delay_blocks: most = 1500 } = payouts;
  require(least <= most, 'minimum_delay_blocks must be less or equal to maximum_delay_blocks');
  const portion = (name: string, value = 0) => require(value >= 0 && value <= 1, `${name} must be between 0 and 1`);
  portion('configuration.payouts.fee', payouts.fee);
  for (const name of ['donate', 'donate_fees', 'donate_bonds']) portion(name, income_recipients[name]);
  for (const name of ['bonds', 'fees', 'donations']) {
    const shares: Record<string, number> = income_recipients[name] ?? {};
    portion(
      `${name} sum`,
      Object.values(shares).reduce((all, each) => all + each, 0),
    );
    for (const address of Object.keys(shares))
      require(decodeAny(address) !== undefined, `${name}.${address} has to be valid PKH`);
  }
  for (const [address, { fee }] of Object.entries<any>(delegators.overrides ?? {})) {
    require(decodeAny(address) !== undefined, `overrides.${address} has to be valid PKH`);
    portion(`overrides.${address} fee`, fee);
  }
}

/** Of the indexer: the JSON of a 200, nothing for a 204. Other answers are read all the same, as tezpay does. */
export async function askTzkt(settings: Pick<TezpaySettings, 'tzkt'>, path: string): Promise<any> {
  const { status, text } = await ask(new URL(path, settings.tzkt).href, { timeoutMs: 10_000 });
  return status === 204 ? undefined : JSON.parse(text);
}
