import { generateKeyPairSync } from 'node:crypto';
import { sentence } from '../../model/messages/problems';
import { findProblems } from '../../model/reading/check';
import type { Edit } from '../../model/rules/rule';
import { smallest, smallestFile } from '../kit/bakeries';
import { madeSecretKey } from '../stand-ins/kit/secret-keys';

const name = ['custody', 'homes', 'signers', 0, 'name'];
const called = (value: string) => findProblems([smallestFile([[name, value]])]).map(sentence);

test.each(['a', 'attic-2', 'abcdefghij-abcdefghi'])(
  'a signer may be called %s, and its container is one that Kubernetes takes',
  (value) => {
    expect(called(value)).toEqual([]);
    expect(smallest([[name, value]]).signers[0].tunnel).toMatch(/^(?=.{1,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
  },
);

test.each(['attic-', '-attic', 'Attic', '2nd', 'at tic', 'abcdefghij-abcdefghij'])(
  'no signer is called %s',
  (value) => {
    expect(called(value)).toEqual([expect.stringContaining('a letter first and no dash last, e.g. attic')]);
  },
);

const first = ['custody', 'homes', 'signers', 0];
const said = (edits: Edit) => findProblems([smallestFile(edits)]).map(sentence);

test.each<[string, Edit, string]>([
  ['a Ledger without a path', [[[...first, 'device'], { ledger: { url: 'ledger://a-b-c-d/ed25519' } }]], 'four words'],
  ['a Ledger of three words', [[[...first, 'device'], { ledger: { url: 'ledger://a-b-c/ed25519/0h' } }]], 'four words'],
  ['a path that is not hardened', [[[...first, 'device'], { ledger: { url: 'ledger://a-b-c-d/ed25519/0' } }]], '0h'],
  ['a name in place of an address', [[[...first, 'device'], { tcp: { url: 'tcp://signer:7732' } }]], 'IPv4 address'],
  ['a key behind the place', [[[...first, 'device'], { tcp: { url: 'tcp://10.0.0.1:7/tz4' } }]], 'without a key'],
  ['the old word', [[[...first, 'device'], 'tz4-device']], 'is now tcp or http: write how the device is asked'],
  ['two devices', [[[...first, 'device'], { ledger: {}, software: {} }]], 'keep exactly one of them'],
  ['an interface that a shell reads', [[[...first, 'uplinks'], [{ name: 'a', interface: 'eth0;x' }]]], 'e.g. eth0'],
  ['an uplink without an interface', [[[...first, 'uplinks'], [{ name: 'a' }]]], 'interface: is missing'],
  ['an unknown UPS', [[[...first, 'ups'], 'x1200']], 'must be one of: x728'],
  [
    'two time servers',
    [
      [
        ['custody', 'homes', 'timeServers'],
        ['a.example', 'b.example'],
      ],
    ],
    'at least 3',
  ],
  ['a person without a network', [[['custody', 'homes', 'admin'], { networks: [], sshKeys: [] }]], 'at least 1'],
])('%s is answered with what to write', (_, edits, words) => {
  expect(said(edits)).toContainEqual(expect.stringContaining(words));
});

describe('a private key in place of a public thing', () => {
  const { secretKey } = madeSecretKey('pasted');
  const pem = String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
  test.each<[string, Edit, string]>([
    [
      'of Tezos, as the URL of a device',
      [[[...first, 'device'], { ledger: { url: `unencrypted:${secretKey}` } }]],
      secretKey,
    ],
    ['of a person, as ssh key', [[['custody', 'homes', 'admin'], { networks: ['10.0.0.0/8'], sshKeys: [pem] }]], pem],
    ['of a machine, as ssh key', [[[...first, 'sshKey'], pem]], pem],
  ])('%s stops the synthesis, and is not shown', (_, edits, key) => {
    const problems = said(edits);
    expect(problems).toContainEqual(expect.stringMatching(/looks like/));
    for (const line of key.split('\n').filter((each) => each.length > 30))
      expect(problems.join('\n')).not.toContain(line);
  });
});
