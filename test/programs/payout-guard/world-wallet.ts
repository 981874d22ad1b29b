import { Journal } from '../../../programs/payout-guard/journal';
import type { WalletConfig } from '../../../programs/payout-guard/payout-guard.contract';
import { WalletCore } from '../../../programs/payout-guard/wallet-core';
import { ForgetfulDisk } from './forgetful-disk';
import { account, BAKER, type ChainOperation, WALLET, WALLET_KEY } from './payout-chain';
import type { ModelGuard, ModelRow } from './payout-model';

export const CHAIN_ID = 'NetXdQprcVkpaWU';

const SHARED = account(50);
/** Whom the bakery file names instead of one, or names no longer. */
const anotherRecipient = [[1, 'delegator reward', account(2), account(6), 7000n]] as const;

/** Two cycles; a recipient of two lines with equal amounts; lines of two rows; a baker's own. */
export const worldRows = (window: bigint, rivals: boolean): ModelRow[] =>
  [
    [1, 'delegator reward', account(1), account(1), 5000n],
    [2, 'delegator reward', account(1), account(1), 4000n],
    [1, 'delegator reward', account(2), SHARED, 7000n],
    [1, 'delegator reward', account(3), SHARED, 7000n],
    [2, 'delegator reward', account(3), SHARED, 300n],
    [1, 'fee income', '', account(4), 900n],
    ...(rivals ? anotherRecipient : []),
  ].map(([cycle, kind, delegator, recipient, amount]) => ({
    name: [cycle, kind, delegator, recipient].join('/'),
    line: [kind, delegator, recipient].join('/'),
    claim: delegator === '' ? [cycle, kind, delegator, recipient].join('/') : [cycle, kind, delegator].join('/'),
    cycle: cycle as number,
    recipient: recipient as string,
    amount: amount as bigint,
    window: kind === 'delegator reward' ? window : 0n,
  }));

export function walletConfig(window: bigint, more: Partial<WalletConfig> = {}): WalletConfig {
  return {
    address: WALLET,
    publicKey: WALLET_KEY,
    bakerName: 'first',
    baker: BAKER,
    signer: 'http://127.0.0.1:1',
    firstCycle: 1,
    feeWindow: String(window),
    caps: { content: '1000000', cycle: '1000000', day: '1000000' },
    recipients: [],
    ...more,
  };
}

/** A request that is on its way through a guard. */
export interface Request {
  readonly id: string;
  readonly operation: ChainOperation;
  readonly signature?: string;
}

/** A guard with its disk, and what it must answer. */
export class WorldWallet {
  core: WalletCore;
  requests: Request[] = [];
  /** Nothing was ever taken back from it, and nobody else has used the wallet. */
  isIntact = true;

  constructor(
    readonly config: WalletConfig,
    public disk = new ForgetfulDisk(),
    public model: ModelGuard,
  ) {
    this.core = this.opened();
  }

  /** Another process with the same disk. */
  restart(): void {
    this.requests = [];
    this.core = this.opened();
  }

  put(disk: ForgetfulDisk, model: ModelGuard): void {
    this.disk = disk;
    this.model = model;
    this.isIntact = false;
    this.restart();
  }

  private opened(): WalletCore {
    const chain = { id: CHAIN_ID, costPerByte: 1n };
    return new WalletCore({ chain, wallet: this.config, journal: new Journal(this.disk) });
  }
}
