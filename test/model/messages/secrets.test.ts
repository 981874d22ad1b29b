import { createHash, generateKeyPairSync } from 'node:crypto';
import { parse } from 'yaml';
import { sentence } from '../../../model/messages/problems';
import { hideSecrets, holdsKey, secretKind } from '../../../model/messages/secrets';
import { parseBakeryFile } from '../../../model/reading/bakery-file';
import { findProblems } from '../../../model/reading/check';
import { customNetwork } from '../../../model/rules/edits';
import type { Edit } from '../../../model/rules/rule';
import { addressOfPublicKey } from '../../../model/tezos/keys';
import { smallestFile } from '../../kit/bakeries';

const base58 = 'QqVPLkMmFyCzYyBYzd9oCaPEVxgPNq9jW7nQJ2Tt5gLwXr1u6H'.replace(/0/g, '1');

/** Made up for these tests, in the shape of the real thing. */
const secrets: readonly (readonly [string, string])[] = [
  ['a plain Tezos secret key', `edsk${base58}`],
  ['an encrypted Tezos secret key', `edesk1${base58}`],
  ['a BLS secret key', `BLsk${base58}`],
  ['a secp256k1 secret key', `spsk${base58}`],
  ['a PEM block', '-----BEGIN OPENSSH PRIVATE KEY-----'],
  ['a Tezos secret key with a letter that no key has', `edsk${base58.slice(0, 20)}0OIl${base58.slice(24)}`],
  ['a Tezos secret key with a wrong beginning', `edsj${base58}`],
  ['a Tezos secret key as Octez writes it', `unencrypted:edsk${base58}`],
  ['a Tezos secret key in base64', Buffer.from(`unencrypted:edsk${base58}`).toString('base64')],
  ['a mnemonic with common words in it', 'only must such very then they main other cannot also once upon have'],
  [
    'a mnemonic with a wrong word',
    'abandon ability able about above absent absorb abstrakt absurd abuse access accident',
  ],
  ['an npm token', `npm_${'a1B'.repeat(12)}`],
  ['a token of Docker Hub', `dckr_pat_${'a1B'.repeat(9)}`],
  ['a token of Hugging Face', `hf_${'aB'.repeat(17)}`],
  ['a token of Vault', `hvs.${'a1B'.repeat(9)}`],
  ['a token of SendGrid', `SG.${'a1B'.repeat(7)}.${'a1B'.repeat(14)}`],
  ['a token of a service we do not know', 'q7Rz2mKx9Lw4Tn8Vb3Jp6Hs1Dg5Fc0Ya'],
  ['a secret key of AWS', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEK3y'],
  ['a password in a URL with an at-sign in it', 'https://me:p@ssword@example.org/x'],
  ['a password in a URL with a slash in it', 'https://me:pass/word@example.org/x'],
  ['a token before the host of a URL', 'https://0a1b2c3d4e5f6g7h@example.org/x'],
  ['a key of a storage account', 'AccountName=x;AccountKey=abcdefgh12345678abcdefgh=='],
  ['a password in a sentence', 'the password is Hunter2!pass'],
  ['a token in a URL', 'https://rpc.example.org/x?access_token=abcdef12'],
  ['a signature in a URL', 'https://blob.example.org/x?sv=2&sig=abcdef12'],
  ['a signature of Google in a URL', 'https://storage.example.org/x?X-Goog-Signature=abcdef12'],
  ['a key in the path of a URL', 'https://mainnet.example.org/v3/0123456789abcdef0123456789abcdef'],
  [
    'a key in the path of a URL, with a slash behind it',
    'https://x.quiknode.pro/0f1e2d3c4b5a69788796a5b4c3d2e1f001234567/',
  ],
  ['a UUID in the path of a URL', 'https://rpc.example.org/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0'],
  ['a key in the name of a host', 'https://0f1e2d3c4b5a69788796a5b4c3d2e1f0.example.org/'],
  ['a signature behind an encoded question mark', 'https://rpc.example.org/%3Fsig=abcdef'],
  ['a signature that is encoded twice', 'https://rpc.example.org/%253Fsig%253Dabcdef'],
  ['a key that is a part of a path', 'https://rpc.example.org/key=abcdefgh'],
  ['a token behind its name in a path', 'https://rpc.example.org/token/abcdefgh12345678'],
  ['a key joined to its name', 'https://rpc.example.org/apikey_abcdefghij'],
  ['a short mixed key in a URL', 'https://rpc.example.org/v2/AbC3dEf6GhI9jKl2MnO5'],
  ['a bot token of Discord', `MTIz${'Ab1'.repeat(7)}.Gabcde.${'xY9'.repeat(10)}`],
  ['a token of Nvidia', `nvapi-${'aB1'.repeat(10)}`],
  ['a token of Notion', `ntn_${'a1B'.repeat(10)}`],
  ['an older token of Notion', `secret_${'a1B'.repeat(10)}`],
  ['a token of Render', `rnd_${'a1B'.repeat(7)}`],
  ['a token of Heroku', 'HRKU-0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0'],
  ['a token of PagerDuty', 'u+abcdefgh1jklmnopqr'],
  ['an older token of Vault', `s.${'a1B'.repeat(8)}`],
  ['a token of Fly', `fm2_lJPE${'a1+'.repeat(8)}`],
  ['the id of a private key', '"private_key_id": "0f1e2d3c4b5a69788796a5b4c3d2e1f001234567"'],
  ['a header with a password', 'Authorization: Basic dXNlcjpwYXNz'],
  ['a key of SSH2', '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----'],
  ['a password by its name', 'password: Hunter2!pass'],
  ['a token by its name', 'token=abcdefgh12345'],
  ['half a Tezos secret key', `edsk${base58.slice(0, 20)}`],
  [
    'a mnemonic whose last word is mistyped',
    'abandon ability able about above absent absorb abstract absurd abuse access acident',
  ],
  ['a mnemonic whose words repeat', `${'abandon '.repeat(11)}about`],
  ['a long mnemonic whose words repeat', `${'zoo '.repeat(23)}vote`],
  [
    'a mnemonic with a digit for a letter',
    'abandon ability able about ab0ve absent absorb abstract absurd abuse access accident',
  ],
  ['a mnemonic', 'abandon ability able about above absent absorb abstract absurd abuse access accident'],
  ['a mnemonic in capitals', 'ABANDON Ability able about above absent absorb abstract absurd abuse access accident'],
  ['a GitHub token', `ghp_${'a1'.repeat(18)}`],
  ['a GitHub token of the newer kind', `github_pat_${'a1'.repeat(18)}`],
  ['a GitLab token', `glpat-${'a1'.repeat(10)}`],
  ['an AWS access key', `AKIA${'A1'.repeat(8)}`],
  ['a Stripe key', `sk_live_${'a1'.repeat(8)}`],
  ['a Google token', `ya29.${'a1'.repeat(10)}`],
  ['a Slack token', 'xoxb-1234567890-abcdefghij'],
  ['a Slack webhook', 'https://hooks.slack.com/services/T000/B000/abcdefghijk'],
  ['a Telegram bot token', `123456789:${'Aa1'.repeat(11)}bc`],
  ['a Google API key', `AIza${'b'.repeat(35)}`],
  ['a JSON Web Token', `eyJ${'a'.repeat(12)}.${'b'.repeat(12)}.c`],
  ['a password in a URL', 'https://me:hunter2@example.org/x'],
  ['a password in a URL', 'HTTPS://me:hunter2@example.org/x'],
  ['a key in a URL', 'https://rpc.example.org/?apikey=0123456789abcdef'],
  ['a key behind other letters', `my_edsk${base58}`],
  [
    'a mnemonic in a sentence',
    'the seed: abandon ability able about above absent absorb abstract absurd abuse access accident',
  ],
];

const places: readonly (readonly [string, (secret: string) => string])[] = [
  ['a value', (secret) => smallestFile([[['google', 'labels'], { team: secret }]]).text],
  ['a value of the wrong kind', (secret) => smallestFile([[['privateNode'], { cpus: secret }]]).text],
  ['a public key', (secret) => smallestFile([[['bakers', 0, 'publicKey'], secret]]).text],
  ['an unknown key', (secret) => smallestFile([[['secret'], secret]]).text],
  ['a key of a section', (secret) => smallestFile([[[secret], 'x']]).text],
  ['a comment', (secret) => `${smallestFile().text}# ${secret}\n`],
  ['a comment behind a setting', (secret) => smallestFile().text.replace('pass\n', `pass # ${secret}\n`)],
  ['a block of text', (secret) => smallestFile([[['google', 'labels'], { team: `first line\n${secret}\n` }]]).text],
  ['a file that is not YAML', (secret) => `a: [\nb: ${secret}\n`],
];

describe.each(secrets)('%s', (_, secret) => {
  test.each(places)('in %s is an error, and never repeated', (_place, put) => {
    const text = put(secret);
    const found = findProblems([{ name: 'smallest', path: 'bakeries/smallest.yaml', text }]);
    const answer = found.map(sentence).join('\n');
    expect(answer).toContain('looks like a');
    expect(answer).not.toContain(secret);
    expect(found.some(({ severity }) => severity === 'error')).toBe(true);
  });
});

test('a key that is folded over lines is an error, and never repeated', () => {
  const text = `${smallestFile().text}team: >\n  edsk${base58.slice(0, 20)}\n  ${base58.slice(20)}\n`;
  const answer = findProblems([{ name: 'smallest', path: 'bakeries/smallest.yaml', text }])
    .map(sentence)
    .join('\n');
  expect(answer).toContain('looks like a Tezos secret key');
  expect(answer).not.toContain(base58.slice(0, 20));
});

test.each([
  ['a label', ['google', 'labels'], (key: string) => ({ team: key })],
  ['the bucket', ['google', 'state', 'bucket'], (key: string) => key],
  ['a word of an import', ['privateNode'], (key: string) => ({ reimport: key })],
  ['the name of a network', ['google', 'authorizedNetworks'], (key: string) => [{ name: key, cidr: '203.0.113.7/32' }]],
  ['the name of the Secret', ['custody'], (key: string) => ({ hot: { secret: key } })],
  ['an acknowledged line', ['acknowledge'], (key: string) => [{ line: key, reason: 'x' }]],
  ['a reason', ['acknowledge'], (key: string) => [{ line: 'x', reason: `was ${key}` }]],
  ['an unknown setting', ['key'], (key: string) => `0x${key}`],
] as [string, string[], (key: string) => unknown][])(
  'a key in hexadecimal digits is refused as %s',
  (_, setting, put) => {
    const key = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
    for (const each of [key, key + key, key.toUpperCase()]) {
      const said = answer(smallestFile([[setting, put(each)]]).text);
      expect(said).toContain('looks like a key or a token');
      expect(said).not.toContain(each);
    }
  },
);

test.each(['# ', '#   - ', '  # '])('a key that is broken over two lines of a comment is an error: %j', (mark) => {
  const key = `edsk${base58}`;
  for (const at of [2, 4, 10, 40]) {
    const text = `${smallestFile().text}${mark}${key.slice(0, at)}\n${mark}${key.slice(at)}\n`;
    expect(answer(text)).toMatch(/looks like a (Tezos secret key|key or a token)/);
  }
});

test('words that follow one another are no broken key', () => {
  const text = `${smallestFile().text}# the edsk\n# andneverwriteanyofthesekeyshereyouwouldregretit\n# an edsk key belongs in the Secret and never ever in a file that is committed\n`;
  expect(answer(text)).not.toContain('publicKey');
});

test('what is named a secret is one, whatever it looks like', () => {
  const text = smallestFile([[['google', 'labels'], { api_key: '0a1b2c3d4e5f' }]]).text;
  const answer = findProblems([{ name: 'smallest', path: 'bakeries/smallest.yaml', text }])
    .map(sentence)
    .join('\n');
  expect(answer).toContain('google.labels.api_key: looks like a secret, by its name');
  expect(answer).not.toContain('0a1b2c3d4e5f');
});

test.each([
  ['an alias', 'network: *secret-name\n', 'YAML aliases are not read; write the value itself'],
  ['an alias of itself', 'google: &g\n  labels: *g\n', 'YAML aliases are not read; write the value itself'],
  ['a tag', 'network: !foo bakingnet\n', 'the file is not YAML'],
  ['a binary', 'network: !!binary aGVsbG8=\n', 'YAML tags are not read; write the value without one'],
])('%s is answered, not executed', (_, text, words) => {
  const found = findProblems([{ name: 'smallest', path: 'bakeries/smallest.yaml', text }]).map(sentence);
  expect(found.join('\n')).toContain(words);
});

test('an alias that is a secret is not repeated', () => {
  const text = `a: *edsk${base58}\n`;
  const answer = findProblems([{ name: 'smallest', path: 'bakeries/smallest.yaml', text }])
    .map(sentence)
    .join('\n');
  expect(answer).not.toContain(base58);
});

const mnemonic = 'abandon ability able about above absent absorb abstract absurd abuse access accident'.split(' ');
const pem = [
  '-----BEGIN PRIVATE KEY-----',
  'MC4CAQAwBQYDK2VwBCIEIIp0Xg',
  'kq3vR1sJ9fV2',
  '-----END PRIVATE KEY-----',
].join('\n');
const answer = (text: string) =>
  findProblems([{ name: 'smallest', path: 'bakeries/smallest.yaml', text }])
    .map(sentence)
    .join('\n');

test.each<[string, (string | number)[]]>([
  ['text', ['google', 'region']],
  ['a number', ['privateNode', 'memoryGiB']],
  ['a choice', ['network']],
  ['a flag', ['google', 'ownsProject']],
  ['a list', ['bakers']],
  ['a section', ['google']],
])('the body of a PEM block is never shown where %s is wanted', (_, setting) => {
  const said = answer(smallestFile([[setting, pem]]).text);
  expect(said).toContain('looks like a PEM block');
  expect(said).not.toMatch(/MC4CAQ|kq3vR1/);
});

test.each([
  [
    'lines of a comment',
    '# abandon ability able\n# about above absent\n# absorb abstract absurd\n# abuse access accident',
  ],
  [
    'numbered lines',
    'abandon ability able about above absent absorb abstract absurd abuse access accident'
      .split(' ')
      .map((word, i) => `# ${i + 1}. ${word}`)
      .join('\n'),
  ],
  [
    'items of a list',
    `words:\n${'abandon ability able about above absent absorb abstract absurd abuse access accident'
      .split(' ')
      .map((word) => `  - ${word}`)
      .join('\n')}`,
  ],
  [
    'items of a list of another kind',
    `sentries:\n${'abandon ability able about above absent absorb abstract absurd abuse access accident'
      .split(' ')
      .map((word) => `  - ${word}`)
      .join('\n')}`,
  ],
  ['settings of its own', `labels:\n${mnemonic.map((word, i) => `  w${i}: ${word}`).join('\n')}`],
  ['the ends of comments', mnemonic.map((word, i) => `# the word ${i}, written down: ${word}`).join('\n')],
  [
    'comments behind settings of several sections',
    mnemonic.map((word, i) => `${i % 3 === 0 ? `s${i}:\n` : ''}  k${i}: 1 # ${word}`).join('\n'),
  ],
  ['values with comments', mnemonic.map((word, i) => `  k${i}: ${word} # number ${i} of them`).join('\n')],
])('a mnemonic over %s is an error, and none of its words is repeated', (_, text) => {
  const said = answer(`${smallestFile().text}${text}\n`);
  expect(said).toContain('looks like a mnemonic');
  expect(said).not.toMatch(/"(abandon|able|accident)"/);
});

test.each([
  ['custody.hot.secret', [[['custody'], { hot: { secret: 'Hunter2!pass' } }]], 'a text of 12 characters is not valid'],
  ['a release', [[['octez', 'node'], 'hunter2 was here']], 'octez.node: a text of 16 characters is not valid'],
  ['a passphrase', [[['google', 'region'], 'correct horse battery staple']], 'a text of 28 characters is not valid'],
  ['a word', [[['liquidityBakingVote'], 'P4ssw0rd']], 'a text of 8 characters must be one of'],
  ['a choice', [[['network'], 'P4ssw0rd']], 'a text of 8 characters must be one of'],
  ['a number', [[['privateNode'], { cpus: 'P4ssw0rd' }]], 'a text of 8 characters must be a number'],
  [
    'a machine type',
    [[['cluster', 'zonal', 'baking', 'machineType'], 'P4ssw0rd!']],
    'a text of 9 characters is not a machine type',
  ],
  ['a network that is a password', [[['network'], 'correcthorse']], 'a text of 12 characters must be one of'],
  ['two words', [[['octez', 'node'], 'hunter battery']], 'a text of 14 characters is not valid'],
  ['digits', [[['bakers', 0, 'publicKey'], '12345678']], 'a text of 8 characters is not a public key'],
  ['digits in groups', [[['bakers', 0, 'publicKey'], '1234567-89']], 'a text of 10 characters is not a public key'],
  ['a common password', [[['network'], 'hunter']], 'network: a text of 6 characters must be one of'],
  ['a word for a number', [[['privateNode'], { cpus: 'battery' }]], 'a text of 7 characters must be a number'],
  ['a word for a section', [[['google'], 'battery']], 'google: a text of 7 characters must be a section'],
  ['the beginning of an address', [[['octez', 'node'], 'tz1P4ssword']], 'a text of 11 characters is not valid'],
  ['the beginning of a chain id', [[['octez', 'node'], 'NetP4ss2024']], 'a text of 11 characters is not valid'],
  ['the beginning of a hash', [[['octez', 'node'], 'BMP4ss2024']], 'a text of 10 characters is not valid'],
  ['the beginning of a public key', [[['octez', 'node'], 'edpkP4ss']], 'a text of 8 characters is not valid'],
  ['nearly a region', [[['google', 'region'], 'us-hunter-2']], 'a text of 11 characters is not valid'],
  [
    'nearly a machine type',
    [[['cluster', 'zonal', 'baking', 'machineType'], 'e2-hunter-8']],
    'a text of 11 characters is not a machine type',
  ],
  ['digits without quotes', [[['bakers', 0, 'publicKey'], 12345678901]], 'a number of many digits must be'],
  ['an unknown key of a word', [[['correcthorse'], 1]], 'a key of 12 characters is not a setting here'],
  ['an address', [[['bakers', 0, 'address'], 'P4ssw0rd!']], 'a text of 9 characters is not a baker'],
  ['a protocol', [[['network'], { custom: customNetwork('P4ssw0rd!') }]], 'a text of 9 characters is not a protocol'],
  ['an unknown key', [[['P4ssw0rd!'], 1]], 'a key of 9 characters is not a setting here'],
  ['a label', [[['google', 'labels'], { 'P4ssw0rd!': 'x' }]], 'google.labels.(a key of 9 characters)'],
  [
    'a URL with a name in it',
    [[['bringUp'], { publicRpcs: [{ operator: 'x', url: 'https://P4ssw0rd@example.org' }] }]],
    'a text of 28 characters is not valid',
  ],
  [
    'a URL with a question',
    [[['bringUp'], { publicRpcs: [{ operator: 'x', url: 'https://example.org/?P4ssw0rd' }] }]],
    'a text of 29 characters is not valid',
  ],
] as [string, Edit, string][])('what may be a secret is told by its length: %s', (_, edits, words) => {
  const said = answer(smallestFile(edits).text);
  expect(said).toContain(words);
  expect(said).not.toMatch(/Hunter|P4ss|hunter|battery|correct|1234567/);
});

test('a public key is one, also where its letters happen to hold how a secret key begins', () => {
  const key = 'edpktfSv9Lex2Wroj3G7p995C6QCKxifvH64spsk3K2a5ALDU6QMFr';
  const address = addressOfPublicKey(key);
  const { text } = smallestFile([
    [['bakers', 0, 'address'], address],
    [['bakers', 0, 'publicKey'], key],
  ]);
  expect(answer(text)).toBe('');
});

test('a secret key that a wrong letter makes look like a public one is not shown', () => {
  const said = answer(smallestFile([[['bakers', 0, 'publicKey'], `edpk${base58}`]]).text);
  expect(said).toContain('bakers[0].publicKey: a text of 54 characters fails its checksum; copy it again');
});

test.each([
  ['mainnt', 'network', 'did you mean mainnet?'],
  ['carthagnet', 'network', 'did you mean carthagenet?'],
  ['Europe-West4', 'google.region', ''],
  ['tz1WpEr7bNfYDCoSuCGJyzKLqn64xAfdjG6V', 'bakers.0.address', 'did you mean tz1WpEr7bNfYDCoSuCGJyzKLqn64xAfdjG6U?'],
  ['edpktnjswEnsTqDt3SSkdqo2YDzg3c56xSotr8BDWj82ureBErFLEc', 'bakers.0.publicKey', 'did you mean edpktnj'],
  ['2027-01-01 00:00:00Z', 'octez.node', 'is not valid'],
  ['203.0.113.255/32', 'octez.node', 'is not valid'],
  ['NetXXWAHLEvre9c', 'octez.node', 'is not valid'],
  ['e2-standart-8', 'cluster.zonal.baking.machineType', 'near it: e2-standard-8'],
  ['europe-west4', 'cluster.zonal.zone', 'write a zone'],
  ['yes', 'google.ownsProject', 'must be true or false'],
  ['10.0.0.0/33', 'google.ranges.nodes', 'prefix beyond /32'],
])('what cannot be a secret is shown: %s', (value, setting, words) => {
  const path = setting.split('.').map((part) => (part === '0' ? 0 : part));
  const said = answer(smallestFile([[path, value]]).text);
  expect(said).toContain(`"${value}"`);
  expect(said).toContain(words);
});

test.each([
  'tz1WpEr7bNfYDCoSuCGJyzKLqn64xAfdjG6U',
  'edpktnjswEnsTqDt3SSkdqo2YDzg3c56xSotr8BDWj82ureBErFLEb',
  'https://rpc.tzbeta.net',
  'https://snapshots.example.org:443/mainnet/rolling',
  'https://www.npmjs.com/package/@scure/bip39',
  'anna berta carl david emil frida gustav hanna ida jan karl lena',
  'James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara',
  'BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW2',
  'PsCARTHAGazKbHtnKfLzQg3kms52kSRpgnDY982a9oYsSXRLQEb',
  'TEZOS_BAKINGNET_2026-04-08T20:00:00Z',
  'claim mainnet-baking/baker-node-data class=mainnet-regional at-least=150Gi',
  'gke_my-project_europe-west4-a_my-cluster',
  'the-very-long-name-of-a-risk-averse-machine-of-2026',
  'HTTPS://raw.githubusercontent.com/trilitech/x/0f1e2d3c4b5a69788796a5b4c3d2e1f001234567/network.json',
  'https://teztnets.com/bakingnet',
  'https://snapshots.tzinit.org/mainnet/rolling',
  'https://cloud.google.com/kms/docs/key-management-service',
  'https://tzkt.io/tz1WpEr7bNfYDCoSuCGJyzKLqn64xAfdjG6U/operations',
  'https://tzkt.io/BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW2',
  'https://docs.example.org/keys/how-to-2026',
  'a1b2c3d4e5f60718293a4b5c6d7e8f9001234567',
  'commit 0f1e2d3c4b5a69788796a5b4c3d2e1f001234567',
  'password: in the safe of the office',
  'the password is in the safe, in room 12',
  'ssh://git@example.org/x',
  'the token: see docs, section 3',
  'private key: never here',
  're_run after level 9000000; secret_keys is in the safe',
  'the basic rules of authorization: ask Anna',
  'idr8TB9BHFyCcKTMmUZ2LR1GYf2Q45',
  'zone zone zone zone zone zone zone zone zone zone zone zone',
  'node network private public test main one two three region cloud disk',
  'the cheap test replica with one zone only and nothing else beside it',
  'e2-standard-8',
])('%s is no secret', (text) => {
  expect(secretKind(text)).toBeUndefined();
});

test('a mnemonic beside another secret is hidden whole', () => {
  const words = 'abandon ability able about above absent absorb abstract absurd abuse access accident';
  const value = `${words} https://me:hunter2@example.org`;
  const file = smallestFile([[['google', 'labels'], { team: value }]]);
  const shown = parseBakeryFile(file).hide(`is ${value}`);
  expect(shown).not.toMatch(/abandon|accident|hunter2/);
});

test.each([0, 2])(
  'a bakery file as JSON is no mnemonic, however many of its names are words of one (indented by %s)',
  (indent) => {
    const sentries = ['north', 'south', 'east', 'west', 'ocean', 'river', 'alpha'].map((name) => ({
      name,
      memoryGiB: 2,
    }));
    const short = sentries.map(({ name }) => ({ name }));
    for (const list of [sentries, short]) {
      const text = JSON.stringify(parse(smallestFile([[['sentries'], list]]).text), null, indent);
      expect(parseBakeryFile({ ...smallestFile(), text }).problems).toEqual([]);
    }
    const words = 'abandon ability able about above absent absorb abstract absurd abuse access accident';
    for (const value of [words, words.split(' ')]) {
      const text = JSON.stringify({ ...parse(smallestFile().text), sentries: value }, null, indent);
      expect(
        parseBakeryFile({ ...smallestFile(), text })
          .problems.map(({ message }) => message)
          .join(),
      ).toContain('a mnemonic');
    }
  },
);

describe('Ed25519 keys of ssh and of messages', () => {
  const pairs = Array.from({ length: 50 }, () => generateKeyPairSync('ed25519'));
  const line = (pem: string | Buffer) => String(pem).split('\n')[1];

  test('their public halves may stand in a bakery file', () => {
    for (const { publicKey } of pairs) {
      const spki = publicKey.export({ format: 'der', type: 'spki' });
      const ssh = Buffer.concat([Buffer.from('0000000b7373682d6564323535313900000020', 'hex'), spki.subarray(-32)]);
      const fingerprint = createHash('sha256').update(ssh).digest('base64').slice(0, -1);
      for (const text of [
        spki.toString('base64'),
        `ssh-ed25519 ${ssh.toString('base64')}`,
        `signer a SHA256:${fingerprint}`,
      ])
        expect(secretKind(text)).toBeUndefined();
    }
  });

  test('a line that synth asks for is shown whole, and a gateway renders, whatever the letters of a key are', () => {
    const unlucky = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDifuEFYxhPFx4EO0x+6/u+0A8XL0Zwn443RylfAaMxZ';
    expect(hideSecrets(`{line: "${unlucky}"} npm_${'a1B'.repeat(12)}`)).toBe(`{line: "${unlucky}"} (hidden)`);
    expect(hideSecrets(`-----BEGIN PRIVATE KEY-----\n${unlucky}\nMC4CAQAw`)).toBe('(hidden)');
    expect(holdsKey(`restrict ${unlucky}\n`)).toBe(false);
    expect(holdsKey(`${unlucky} npm_${'a1B'.repeat(12)}`)).toBe(true);
  });

  test('their public halves are no token, though their letters happen to begin like one', () => {
    for (const text of [
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDifuEFYxhPFx4EO0x+6/u+0A8XL0Zwn443RylfAaMxZ',
      'MCowBQYDK2VwAyEAsBAZcDS4vxI/u+gHsvBmuHU1jxbwMPAJ3wNocuu9egs=',
    ])
      expect(secretKind(text)).toBeUndefined();
  });

  test('one that was copied badly, or with the lines around it, is no secret either: what is wrong with it is said', () => {
    const at = ['custody', 'homes'];
    for (const { publicKey } of pairs) {
      const spki = publicKey.export({ format: 'der', type: 'spki' });
      const ssh = Buffer.concat([Buffer.from('0000000b7373682d6564323535313900000020', 'hex'), spki.subarray(-32)]);
      const key = `ssh-ed25519 ${ssh.toString('base64')}`;
      for (const wrong of [key.slice(0, -1), key.slice(0, -9), `${key}A`, `${key} root@attic`, `${key}\n${key}`])
        expect(answer(smallestFile([[[...at, 'signers', 0, 'sshKey'], wrong]]).text)).toMatch(
          /^\S+: custody.homes.signers\[0\].sshKey: a text of \d+ characters is not valid; write the public half of an ssh key/,
        );
      const pem = String(publicKey.export({ format: 'pem', type: 'spki' }));
      expect(answer(smallestFile([[[...at, 'gateway'], { messageKey: pem }]]).text)).toMatch(
        /^\S+: custody.homes.gateway.messageKey: a text of 113 characters is not valid; write .* the middle line of what OpenSSL prints/,
      );
    }
  });

  test.each([
    [
      'ecdsa',
      'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBO+RU7jCIW4JwqPreMWTkXksRG6Nq91Qja+lmVZMBaIWUt05cjQWr237XmnCEwBV71GCNZgWn0gWTPxIMm73tCQ=',
    ],
    [
      'rsa',
      'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDSYsT72r0TwsXPpDSk+zXxw9st96aCm41jd4JfGb/JHXrGypk97B7ouru1Xe85TcEkJGqEl77BeHaifi3DXg4DIo6c9Ge3YpttmZAw0hag1j3xDJctYdKFl/agQhWx1fVuDx3s/J8//8CkXh+4UfWTtDfMIjPGCJ+DTLaioqY7WOTdSOVMrKXYlWxGptJb0ZchLUuuHAcgIvG5feprOg+nmoPLq6wruu8vDfAPbXMsoirH4LYL0UFplDdAM7IR3NJduZeP4PCazkxPI02bFJyfCcYsAZKpQ0Gaop6IS/yCbvFHdDO/Pj3uElZ1+tiJLh7XNRJZV9ISOY8IiRm5JynP',
    ],
    [
      'of a token',
      'sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIHHSRVC3qDgPMN0ePSTGxwaBWS7KdYJlwWLvYdPEGOrtAAAABHNzaDo=',
    ],
  ])('a public ssh key of another kind (%s) is told which kind it must be', (_, key) => {
    const said = answer(smallestFile([[['custody', 'homes', 'signers', 0, 'sshKey'], key]]).text);
    expect(said).toMatch(/ characters is not valid; write the public half of an ssh key of the kind ed25519/);
    expect(said).not.toContain('looks like');
  });

  test('their private halves may not, in any form, with a public one beside them or in pieces of one', () => {
    for (const { privateKey, publicKey } of pairs) {
      const pkcs8 = line(privateKey.export({ format: 'pem', type: 'pkcs8' }));
      const spki = line(publicKey.export({ format: 'pem', type: 'spki' }));
      const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
      const both = `${publicKey.export({ format: 'pem', type: 'spki' })}${pem}`;
      for (const text of [pkcs8, `${spki} ${pkcs8}`, `${spki}${pkcs8}`, both]) expect(secretKind(text)).toBeDefined();
    }
  });
});
