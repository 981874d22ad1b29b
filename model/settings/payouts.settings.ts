import * as z from 'zod';
import { amount, anyText, choice, count, list, percent, section, text } from './kinds';

const key = section({
  address: anyText('the address of the wallet (tz1, tz2 or tz3)'),
  publicKey: anyText('the public key (edpk, sppk or p2pk) that hashes to the address'),
});

/** Tez have six decimals; more than this and a number of JavaScript is not exact to the mutez. */
const MOST_TEZ = 1_000_000_000;
const tez = amount(0.000001, MOST_TEZ, 'tez');

/** From which the delegators of one baker are paid. It is no baker's key, and holds a few cycles' worth. */
const wallet = {
  baker: anyText('the name of a baker of this file'), // whose delegators it pays; a baker has one wallet
  key: key.optional(), // Cloud KMS makes it at the first deploy, or you do (hot); until it is here nothing of this wallet runs
  feePercent: percent(), // what you keep of your delegators' rewards
  maxTezPerCycle: tez, // all that may ever leave for one cycle, fees and what has left before included: a cycle of more is not paid, and you are told
  maxTezPerDay: tez.optional(), // default: maxTezPerCycle for each cycle that ends in a day, and once more; a cycle for which the day has no room waits: so cycles that were missed catch up
  maxTezPerTransfer: tez.optional(), // default: maxTezPerCycle
};

const addressOfDelegator = anyText('the address of a delegator');

/** One whom the general rules do not fit. */
const exception = section({
  address: addressOfDelegator,
  recipient: anyText('the address that is paid instead').optional(), // from what is not paid yet on: no cycle is paid to two
  feePercent: percent().optional(),
});

const tezpayWallet = section({
  ...wallet,
  ignore: list(addressOfDelegator, 0, 'addresses').default([]), // get nothing; their share goes to the others
  exceptions: list(exception, 0, 'delegators').default([]),
});

const common = {
  firstCycle: count(0, 10_000_000, 'cycles'), // nothing before it is ever paid from here: what you have paid by hand, or another program has
  dryRun: z.boolean().default(true), // true: everything is computed and checked, nothing is signed; only `dryRun: false` pays
  custody: choice({
    kms: section({}), // Google Cloud KMS HSM: a tz3 key that nobody can export, in a key ring of its own, by Signatory
    hot: section({
      secret: text(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'the name of the Kubernetes Secret, never the key'),
    }), // octez-signer over a Secret: it signs whatever begins with 0x03, which is every transfer too: whoever reads the Secret, or gets at the signer, drains the wallet
  }).prefault('kms'),
  delayBlocks: count(10, 30_000, 'blocks').default(500), // after a cycle's end, or with Backerei after its rewards are no longer frozen: until then indexers may still count it otherwise
  walletMaxCycles: amount(2.5, 100, 'cycles').default(6), // a wallet with more than so many cycles' worth is a needless risk: you are told
};

/** tezpay of Tez Capital (Server Side Public License): Tenderbake chains. */
const tezpay = section({
  ...common,
  wallets: list(tezpayWallet, 1, 'wallets'),
  feesPaidBy: choice({
    baker: section({}), // you pay the fees of transfers, and the storage of new accounts: what is paid is exactly what was computed
    delegators: section({ feeWindowMutez: count(1, 500_000, 'mutez') }), // they do: what leaves may be so much less than computed, fee and storage of a new account (64,250)
  }).prefault('baker'),
  minimumTez: amount(0, 1000, 'tez').default(0), // smaller rewards are not paid out, and are yours to keep or to pay by hand
  donatePercent: percent(), // of what you keep (bonds and fees), each cycle, to Tez Capital, who write tezpay. tezpay itself gives 5 where nobody says otherwise; 0 gives nothing
  analytics: z.boolean(), // true: each run tells Tez Capital your baker's address and the version of tezpay; false: nobody hears of it
  killSwitch: z.boolean().default(true), // true: tezpay asks GitHub whether its makers have stopped it, for a fault that would cost you, and computes nothing where it says so or does not answer; false: it does not ask
});

/** Backerei of Cryptium Labs, the engine of 2019, for chains of its time. */
const backerei = section({
  ...common,
  wallets: list(section(wallet), 1, 'wallets'),
  finalBlocks: count(2, 1000, 'blocks').default(30), // a block under so many others counts as final: these chains know no other finality
});

/** Pays delegators their share. Without this section nobody is paid from here. */
export const payouts = choice({ tezpay, backerei });
