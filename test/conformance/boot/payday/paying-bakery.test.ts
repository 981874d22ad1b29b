import { bakeriesOf } from '../../../kit/bakeries';
import { payingFiles } from '../../../kit/paying';
import { renderChanged } from '../../changed-bakery';
import { withCyclesOfHere } from '../edited-objects';
import { podTemplates } from '../pod-templates';
import { accountsOf, earnedBy, type Payer, payerOf, sumOf, WALLET_BALANCE } from './paying-bakery';

/** A run that sends has a container more than a dry one, and a site's job may be beside it. */
const files = payingFiles().map((file) => ({ ...file, text: file.text.replace('e2-standard-2', 'e2-standard-4') }));
const payers = bakeriesOf(files).flatMap((bakery) => {
  const payer = payerOf(bakery);
  return payer ? [{ name: bakery.name, payer }] : [];
});
const render = ({ name, payer }: { name: string; payer: Payer }) =>
  renderChanged(files, name, payer.edit, new Map()).objects;

test('tezpay and Backerei have an example each that pays', () => {
  expect(payers.map(({ payer }) => payer.engine).sort()).toEqual(['backerei', 'tezpay']);
});

test.each(payers)(
  'after the edit of its file $name has pods that send, from the wallet that the chain has funded',
  (each) => {
    const objects = withCyclesOfHere(() => render(each));
    const run = podTemplates(objects).find(
      ({ object }) => object.manifest.metadata.name === `payouts-${each.payer.baker}`,
    );
    expect(run?.spec.containers.map(({ name }: any) => name)).toEqual(['pay', 'verdict']);
    const config: any = objects.find(({ manifest }) => manifest.metadata.name === 'payout-guard-config')?.manifest;
    const guard = JSON.parse(config.data['payout-guard.json']);
    const [{ address, firstCycle }] = guard.wallets;
    expect(accountsOf(each.payer)).toHaveProperty([address, 'balance'], String(WALLET_BALANCE));
    expect(firstCycle).toBe(each.payer.cycle);
  },
);

test('Backerei may pay on the chain of these tests alone: as it is, its file is refused', () => {
  const backerei = payers.filter(({ payer }) => payer.engine === 'backerei');
  for (const each of backerei) expect(() => render(each)).toThrow('pays for the wrong cycle');
});

test('what is due is what was earned less what the baker keeps, and the wallet has more of it than two cycles, and not too much', () => {
  for (const { payer } of payers) {
    const sum = sumOf(payer);
    const [{ blockRewardsDelegated: blocks, attestationRewardsDelegated: votes }] = Object.values<any>(
      earnedBy(payer),
    ).map((cycles) => cycles[payer.cycle]);
    expect(sum).toBeLessThanOrEqual(blocks + votes);
    const left = (WALLET_BALANCE - sum) / sum;
    expect(left).toBeGreaterThan(2.5);
    expect(left).toBeLessThan(6);
  }
});
