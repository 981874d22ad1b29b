import { openValues } from '../../model/terraform-outputs';
import { mutez } from '../../model/wallets';
import { at, paying, stackOf } from '../infra/terraform';
import { smallest } from '../kit/bakeries';
import { wallet } from '../kit/paying';

const custodyOf = (custody: object) => {
  const [[path, settings]] = paying as readonly [readonly string[], any][];
  return smallest([[path, { tezpay: { ...settings.tezpay, custody } }]]);
};
const openOf = (bakery: ReturnType<typeof smallest>) =>
  openValues(bakery).filter(({ setting }) => setting.startsWith('payouts'));

test('a wallet without a key waits for the one that Cloud KMS makes, and synth says how to read it', () => {
  const bakery = smallest(paying);
  expect(bakery.wallets).toEqual([]);
  const [{ setting, command, after }] = openOf(bakery);
  expect([setting, after]).toEqual(['payouts.tezpay.wallets[0].key', 'deploy']);
  const stack = stackOf(bakery);
  const [key, ring] = ['google_kms_crypto_key.wallet_baker', 'google_kms_key_ring.wallets'].map(
    (it) => at(stack, it).name,
  );
  expect(command).toContain(`--key=${key} --keyring=${ring} --location=europe-west4 --project=smallest-project`);
});

test('one in a Secret waits for a person, and nothing is open once its key is written', () => {
  const [{ command, after }] = openOf(custodyOf({ hot: { secret: 'wallets' } }));
  expect([command, after]).toEqual(['octez-client gen keys baker && octez-client show address baker', 'nothing']);
  const [[path, settings]] = paying as readonly [readonly string[], any][];
  const known = smallest([[path, { tezpay: { ...settings.tezpay, wallets: [wallet('baker')] } }]]);
  expect(openOf(known)).toEqual([]);
  expect(known.wallets).toHaveLength(1);
});

test('tez of a bakery file are mutez to the last digit', () => {
  expect([0.000001, 0.1, 0.3, 1.1, 4.35, 1_000_000_000].map(mutez)).toEqual([
    '1',
    '100000',
    '300000',
    '1100000',
    '4350000',
    '1000000000000000',
  ]);
});
