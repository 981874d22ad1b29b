import type { GuardedWallet } from './guarded-wallet';
import { censor } from './money-moves';

test('what one chain includes of a wallet is no matter of another chain, where its address has a wallet too', async () => {
  const told: object[] = [];
  const walletOf = () => {
    const world = { censored: new Set<string>(), control: async (change: object) => void told.push(change) };
    return { world, address: 'tz1payer' } as unknown as GuardedWallet;
  };
  const [here, there] = [walletOf(), walletOf()];
  await censor(here, true);
  await censor(there, false);
  await censor({ ...there, address: 'tz1other' } as GuardedWallet, true);
  await censor(here, false);
  expect(told).toEqual([{ censored: ['tz1payer'] }, { censored: [] }, { censored: ['tz1other'] }, { censored: [] }]);
});
