import { sentence } from '../../../model/messages/problems';
import { secretKind } from '../../../model/messages/secrets';
import { parseBakeryFile } from '../../../model/reading/bakery-file';
import { findProblems } from '../../../model/reading/check';
import { smallestFile } from '../../kit/bakeries';

const base58 = 'QqVPLkMmFyCzYyBYzd9oCaPEVxgPNq9jW7nQJ2Tt5gLwXr1u6H'.replace(/0/g, '1');

/** Made up for these tests, in the shape of the real thing. */
const secrets: readonly (readonly [string, string])[] = [
  ['a plain Tezos secret key', `edsk${base58}`],
  ['an encrypted Tezos secret key', `edesk1${base58}`],
  ['a BLS secret key', `BLsk${base58}`],
  ['a secp256k1 secret key', `spsk${base58}`],
  ['a PEM block', '-----BEGIN OPENSSH PRIVATE KEY-----'],
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
  expect(found[0]).toContain(words);
});

test('an alias that is a secret is not repeated', () => {
  const text = `a: *edsk${base58}\n`;
  const answer = findProblems([{ name: 'smallest', path: 'bakeries/smallest.yaml', text }])
    .map(sentence)
    .join('\n');
  expect(answer).not.toContain(base58);
});

test.each([
  'tz1WpEr7bNfYDCoSuCGJyzKLqn64xAfdjG6U',
  'edpktnjswEnsTqDt3SSkdqo2YDzg3c56xSotr8BDWj82ureBErFLEb',
  'https://rpc.tzbeta.net',
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
