import { renderSigners } from '../../signer/main';
import { signerProblems } from '../../signer/signer.invariants';
import { fixtures } from '../kit/bakeries';
import { madeSecretKey } from '../stand-ins/kit/secret-keys';

const right = renderSigners(fixtures().mainnet);
const INVENTORY = 'signer/mainnet/inventory.yml';
const changed = (path: string, change: (text: string) => string) =>
  signerProblems(new Map([...right, [path, change(right.get(path) ?? '')]]));

test('what the examples give their machines breaks nothing', () => {
  for (const bakery of Object.values(fixtures())) expect(signerProblems(renderSigners(bakery))).toEqual([]);
});

test('a secret key in what a machine is given stops the synthesis', () => {
  const { secretKey } = madeSecretKey('at home');
  for (const path of right.keys())
    expect(changed(path, (text) => `${text}# unencrypted:${secretKey}\n`)).toEqual([
      `nothing that a machine at home is given is secret: ${path}`,
    ]);
});

test('a template in what a machine is told stops the synthesis', () => {
  const problems = changed(INVENTORY, (text) => text.replace('"example"', "\"{{ lookup('pipe', 'id') }}\""));
  expect(problems).toEqual([`what a machine at home is told is no template: Ansible would run it: ${INVENTORY}`]);
});

test('a machine without a boot partition, and one that no inventory has, stop the synthesis', () => {
  const without = new Map([...right].filter(([path]) => path !== 'signer/mainnet/attic/user-data'));
  expect(signerProblems(without)).toEqual([expect.stringMatching(/: signer\/mainnet\/attic\/user-data$/)]);
  expect(changed('signer/mainnet/barn/user-data', () => 'x')).toEqual([
    expect.stringMatching(/: signer\/mainnet\/barn\/user-data$/),
  ]);
});
