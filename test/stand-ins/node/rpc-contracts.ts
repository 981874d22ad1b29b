import { type Account, isContract } from '../chain/accounts';
import type { Block } from '../chain/block';
import { failure, ok } from '../kit/http-server';
import type { NodeState } from './node-state';
import type { BlockAnswer } from './rpc-block-routes';

/** `.../context/contracts/<address>/...` (contract_services.ml), and the same from the raw context. */
export function contractRoutes(state: NodeState): Record<string, BlockAnswer> {
  const { book } = state.gossip;
  const none = failure(404, 'rpc.not_found');
  const of =
    (answer: (address: string, account: Account | undefined, block: Block) => unknown): BlockAnswer =>
    (_, block, address) => {
      if (!/^(tz[1-4]|KT1)[1-9A-Za-z]{33}$/.test(address)) return { status: 400, text: `Failed to parse ${address}` };
      const value = answer(address, book.after(block).get(address), block);
      return value === undefined ? none : ok(value);
    };
  const balance = (address: string, account?: Account) =>
    String(account?.balance ?? delegateBalance(state, address) ?? 0n);
  // What nobody has, but for contracts, has a counter all the same: that of all accounts together.
  const counter = (address: string, block: Block) =>
    isContract(address) ? undefined : String(book.after(block).counter(address));
  const delegate = (address: string, account?: Account) =>
    account?.delegate ?? state.context?.delegates.find((each) => each.delegate === address)?.delegate;
  return {
    '/context/contracts/:address': of((address, account, block) => {
      const rest = { delegate: delegate(address, account), counter: counter(address, block) };
      return { balance: balance(address, account), ...rest };
    }),
    '/context/contracts/:address/balance': of((address, account) =>
      isContract(address) && !account ? undefined : balance(address, account),
    ),
    '/context/contracts/:address/counter': of((address, _account, block) => counter(address, block)),
    '/context/contracts/:address/manager_key': of((address, account) =>
      isContract(address) ? undefined : (account?.key ?? null),
    ),
    '/context/contracts/:address/delegate': of(delegate),
    '/context/raw/json/contracts/index/:address': of(rawAccount),
  };
}

export const delegateBalance = (state: NodeState, address: string) =>
  state.context?.delegates.find(({ delegate }) => delegate === address)?.balance;

/** The raw context has no entry for what is not there, and so an object without fields. */
function rawAccount(address: string, account?: Account): object {
  if (!account) return {};
  const { balance, counter, key, delegate } = account;
  if (isContract(address)) return { balance: String(balance), delegate };
  return { balance: String(balance), counter: String(counter), manager: key ?? address, delegate };
}
