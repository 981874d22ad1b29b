import type { Reply, Request } from '../runtime/serve-http';
import { refusal } from './asked-operation';
import { refused } from './engine-api';
import type { PayingWallet } from './paying-wallet';
import type { RecordsIndex } from './payout-guard.contract';

type Wallets = ReadonlyMap<string, PayingWallet>;

const WALLET_PATH = /^\/wallets\/(\w+)$/;
const CYCLE_PATH = /^\/records\/(\w+)\/(\d{1,7})$/;

/** What the site builder reads, and whoever wants to know what was paid. */
export class RecordsApi {
  constructor(
    private readonly wallets: Wallets,
    private readonly chainId: string,
  ) {}

  answer({ method, path }: Request): Reply {
    if (method !== 'GET') return { status: 404, text: 'nothing is here\n' };
    if (path === '/records') return { status: 200, json: this.index };
    const [, baker, cycle] = CYCLE_PATH.exec(path) ?? [];
    if (baker === undefined) return walletReply(this.wallets, path);
    const wallet = [...this.wallets.values()].find(({ config }) => config.baker === baker);
    if (!wallet) return refused(refusal('no-such-wallet'));
    return { status: 200, json: wallet.records.filter((row) => row.cycle === Number(cycle)) };
  }

  private get index(): RecordsIndex {
    const bakers = [...this.wallets.values()].map(({ config, records }) => ({
      baker: config.baker,
      name: config.bakerName,
      wallet: config.address,
      cycles: [...new Set(records.map(({ cycle }) => cycle))].sort((a, b) => a - b),
    }));
    return { chainId: this.chainId, bakers };
  }
}

/** The reply to `/wallets/<address>`. */
export function walletReply(wallets: Wallets, path: string): Reply {
  const [, address] = WALLET_PATH.exec(path) ?? [];
  if (address === undefined) return { status: 404, text: 'nothing is here\n' };
  const wallet = wallets.get(address);
  return wallet ? { status: 200, json: wallet.status } : refused(refusal('no-such-wallet'));
}
