import { Exit, say } from '../kit/program';
import { CODES } from './tezpay-codes';
import { waitForApply } from './tezpay-confirmation';
import type { TezpaySettings } from './tezpay-settings';

/** cmd/reveal.go: makes the wallet's key known, and waits until that is confirmed. */
export async function revealWallet(settings: TezpaySettings): Promise<number> {
  const { rpc, wallet } = settings;
  const operation = await wallet.complete(rpc, []);
  if (operation.contents.length === 0) throw new Exit(CODES.failed, 'failed to confirm tx: previously_revealed_key');
  say('revealing payout wallet');
  const hash: string = await rpc.post('injection/operation', await wallet.sign(operation));
  const problem = await waitForApply(settings, await rpc.single(), hash);
  if (problem !== undefined) throw new Exit(CODES.failed, `tx failed: ${problem}`);
  say('reveal successful');
  return 0;
}
