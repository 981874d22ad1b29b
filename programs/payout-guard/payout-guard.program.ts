import { createInterface } from 'node:readline/promises';
import { runProgram } from '../runtime/run-program';
import { ControlClient } from './payout-control';
import { PAYOUT_GUARD_CONFIG, type PayoutGuardConfig } from './payout-guard.contract';
import { dialog } from './reconcile-dialog';
import { startPayoutGuard } from './start-payout-guard';

const USAGE = 'write: status, or reconcile <wallet or name of the baker>\n';

/** `payout-guard [--config <file>]` runs it; with `status` or `reconcile <wallet>` behind, says so to the one that runs here. */
runProgram<PayoutGuardConfig>({
  configFile: PAYOUT_GUARD_CONFIG,
  start: (config, log) => startPayoutGuard(config, log),
  say: async (config, [verb, named, ...more]) => {
    const client = new ControlClient(config.control);
    if (verb === 'status' && named === undefined) {
      process.stdout.write(`${JSON.stringify(await client.status(), undefined, 2)}\n`);
      return true;
    }
    if (verb !== 'reconcile' || more.length > 0) return refused(USAGE);
    const wallet = walletOf(config, named);
    return wallet === undefined ? refused(USAGE) : reconcile(client, wallet);
  },
});

/** The only one need not be named. */
function walletOf({ wallets }: PayoutGuardConfig, named: string | undefined): string | undefined {
  const found = wallets.filter(({ address, bakerName }) => named === undefined || [address, bakerName].includes(named));
  return found.length === 1 ? found[0].address : undefined;
}

async function reconcile(client: ControlClient, wallet: string): Promise<boolean> {
  process.stdout.write('asking our node for what was sent since the last time: this may take minutes\n');
  const proposal = await client.propose(wallet);
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const given = lines[Symbol.asyncIterator]();
  const person = {
    tell: (line: string) => process.stdout.write(`${line}\n`),
    ask: async (question: string) => {
      process.stdout.write(`${question} `);
      const { value, done } = await given.next();
      if (done) throw new Error('nothing more was said: nothing is recorded');
      return String(value).trim();
    },
  };
  try {
    const word = await dialog(proposal, person);
    if (!word) return refused('nothing is recorded\n');
    process.stdout.write(await client.take(wallet, word));
    return true;
  } finally {
    lines.close();
  }
}

function refused(why: string): false {
  process.stdout.write(why);
  return false;
}
