import type { Bakery } from '../../model/bakery';
import { madeKey } from '../kit/made-keys';
import { find, manifestsOf } from '../kit/rendered';
import { readersBakery, yamlOf } from './reader';

const fresh = madeKey('tz2', 'the next consensus key');
const filledIn = { 'NEW-ADDRESS': fresh.address, 'NEW-PUBLIC-KEY': fresh.publicKey };
const [firstDay] = yamlOf('docs/signers-at-home.md');
const [both, after] = yamlOf('docs/keys.md', filledIn);
const [attic, cellar] = firstDay.custody.homes.signers;
const signersAre = (...signers: object[]) => ({ custody: { homes: { signers } } });
const sshKeys = { attic: keyOf('attic'), cellar: keyOf('cellar') };
const onNewPath = { device: { ledger: { url: `${attic.device.ledger.url.slice(0, -2)}1h` } } };

function keyOf(signer: string): object {
  const known = readersBakery().signers.find(({ name }) => name === signer);
  return { sshKey: known?.sshKey };
}

/** Names that the baker is started with, and by signer the keys that the guard asks it for. */
function signing(bakery: Bakery): { baker: string[]; signers: Record<string, string[]> } {
  const manifests = manifestsOf(bakery);
  const { containers } = find(manifests, 'StatefulSet', 'baker').spec.template.spec;
  const { args = [], command = [] } = containers.find(({ name }: { name: string }) => name === 'baker');
  const words: string[] = [...command, ...args];
  const guard = JSON.parse(find(manifests, 'ConfigMap', 'signer-gateway-guard').data['guard.json']);
  const signers: [string, string[]][] = guard.signers.map(({ name, keys }: { name: string; keys: string[] }) => [
    name,
    keys,
  ]);
  return { baker: words.filter((word) => /^example(-|$)/.test(word)), signers: Object.fromEntries(signers) };
}

test('until a new consensus key is active the baker has both keys, each with a device; afterwards the new one alone', () => {
  const before = readersBakery();
  const meanwhile = readersBakery(
    firstDay,
    both,
    signersAre({ ...attic, ...sshKeys.attic }, { ...cellar, ...sshKeys.cellar, ...onNewPath, keys: ['example-new'] }),
  );
  const then = readersBakery(
    firstDay,
    after,
    signersAre({ ...attic, ...sshKeys.attic, ...onNewPath }, { ...cellar, ...sshKeys.cellar, ...onNewPath }),
  );
  const old = before.settings.bakers[0].address;
  expect(signing(before)).toEqual({ baker: ['example'], signers: { attic: [old], cellar: [old] } });
  expect(signing(meanwhile)).toEqual({
    baker: ['example', 'example-new'],
    signers: { attic: [old], cellar: [fresh.address] },
  });
  expect(signing(then)).toEqual({
    baker: ['example-consensus'],
    signers: { attic: [fresh.address], cellar: [fresh.address] },
  });
});
