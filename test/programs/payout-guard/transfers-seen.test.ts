import type { ChainReader } from '../../../programs/payout-guard/chain-reader';
import { transfersSince } from '../../../programs/payout-guard/transfers-seen';
import { BAKER, WALLET } from './payout-chain';

const HEAD = 7_000_000;

test.each([
  ['since the last time', HEAD - 5, 1, HEAD - 4],
  ['as far back as the node has blocks', HEAD - 500, HEAD - 3, HEAD - 3],
  ['for a week of mainnet at most, whatever an archive has', 0, 1, HEAD - 99_999],
])('what wallet and baker have sent is looked for %s', async (_, after, savepoint, from) => {
  let asked = 0;
  const managerOperations = async () => {
    asked++;
    return [];
  };
  const chain = { savepoint: async () => savepoint, managerOperations } as unknown as ChainReader;
  const to = { level: HEAD, hash: 'B', predecessor: 'A', timeMs: 0 };
  const seen = await transfersSince({ chain, wallet: WALLET, baker: BAKER, after, to });
  expect([seen.fromLevel, asked]).toEqual([from, HEAD - from + 1]);
});
