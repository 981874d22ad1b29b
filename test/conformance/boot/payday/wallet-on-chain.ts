import { isManagerTag } from '../../../stand-ins/kit/manager-bytes';
import type { Scene } from '../scene';
import { textAt } from '../text-at';
import { nodeRpc } from '../whose-peers';
import type { Payer } from './paying-bakery';

/** What a wallet has and has sent, by the bakery's own private node. */
export interface WalletState {
  /** Mutez. */
  readonly balance: number;
  readonly counter: number;
  /** Whether an operation of its waits in the mempool. */
  readonly isSending: boolean;
}

export async function walletState(scene: Scene, { wallet }: Payer): Promise<WalletState> {
  const ask = (path: string) => nodeRpc(scene, 'baker', path);
  const contract = `/chains/main/blocks/head/context/contracts/${wallet.address}`;
  const [balance, counter, pending] = [
    await ask(`${contract}/balance`),
    await ask(`${contract}/counter`),
    await ask('/chains/main/mempool/pending_operations'),
  ];
  const isSending = JSON.stringify(pending).includes(wallet.address);
  return { balance: Number(balance), counter: Number(counter), isSending };
}

/** Operations of managers that have reached the network, in order: here nobody but the wallet makes any. */
export async function broadcast({ outside }: Scene): Promise<string[]> {
  const { injected } = await outside.state();
  const isOfManager = ({ data }: any) => isManagerTag(Buffer.from(data, 'hex')[32] ?? 0);
  return injected.filter(isOfManager).map(({ hash }: any) => hash);
}

/** One that was applied. */
export interface Transfer {
  readonly mutez: number;
  /** Hash of its operation. */
  readonly operation: string;
}

export interface Sent {
  /** By destination. */
  readonly transfers: ReadonlyMap<string, readonly Transfer[]>;
  /** Mutez of all fees, of whatever became of their operations. */
  readonly fees: number;
}

/** All that the wallet has sent, by the blocks of the network. */
export async function sentBy(scene: Scene): Promise<Sent> {
  const transfers = new Map<string, Transfer[]>();
  let fees = 0;
  for (const hash of await broadcast(scene)) {
    for (const content of await contentsOf(scene, hash)) {
      fees += Number(content.fee);
      const { operation_result: result } = content.metadata;
      if (content.kind !== 'transaction' || result.status !== 'applied') continue;
      const known = transfers.get(content.destination) ?? [];
      transfers.set(content.destination, [...known, { mutez: Number(content.amount), operation: hash }]);
    }
  }
  return { transfers, fees };
}

/** With receipts; none where it is in no block of the head's branch. */
async function contentsOf({ outside }: Scene, hash: string): Promise<any[]> {
  return JSON.parse(await textAt(`${outside.chain}/control/operation/${hash}`)).contents ?? [];
}
