import { mnemonicsIn } from './mnemonics';
import { besidePublicKeys, hexKeysIn, randomTextsIn, withoutPublicKeys } from './random-texts';
import { urlKeysIn } from './url-keys';

/** How tokens of services begin that name themselves. */
const tokens: readonly RegExp[] = [
  /npm_[A-Za-z0-9]{30,}/,
  /pypi-[A-Za-z0-9_-]{30,}/,
  /dckr_pat_[A-Za-z0-9_-]{20,}/,
  /hf_[A-Za-z0-9]{30,}/,
  /do[oprt]_v1_[a-f0-9]{40,}/,
  /hv[sbr]\.[A-Za-z0-9_-]{12,}/,
  /(?<![A-Za-z0-9])s\.(?=[A-Za-z]{0,23}\d)[A-Za-z0-9]{24}/,
  /shp(at|ca|pa|ss)_[a-f0-9]{30,}/,
  /lin_api_[A-Za-z0-9]{30,}/,
  /PMAK-[a-f0-9-]{30,}/,
  /ATATT3[A-Za-z0-9_=-]{30,}/,
  /SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/,
  /(?<![A-Za-z0-9])sk-(ant-|proj-)?(?=[a-z-]{0,40}[0-9])[A-Za-z0-9_-]{20,}/,
  /pul-[a-f0-9]{40}/,
  /gl(sa|c)_[A-Za-z0-9_=+/-]{30,}/,
  /sntry[su]_[A-Za-z0-9_=+/-]{30,}/,
  /key-[a-f0-9]{32}/,
  /nvapi-[A-Za-z0-9_-]{20,}/,
  /HRKU-[A-Za-z0-9_-]{20,}/,
  /(?<![A-Za-z0-9])u\+(?=[A-Za-z_-]{0,20}\d)[A-Za-z0-9_-]{16,}/,
  /fm[12][a-z]?_[A-Za-z0-9_=+/,-]{16,}/,
  /(?<![A-Za-z0-9])(ntn|secret|rnd|figd|gsk|sbp|nfp|shippo|rubygems|tfp|cfp|re|r8|phc|pat|ops|lsv2|whsec)_(?=[A-Za-z]{0,30}\d)[A-Za-z0-9]{16,}/,
  /(?<![A-Za-z0-9])(xai|pplx|xkeysib|sq0atp|sq0csp|tskey-[a-z]{2,10})-(?=[A-Za-z]{0,30}\d)[A-Za-z0-9]{12,}/,
];

interface Shape {
  readonly what: string;
  readonly pattern: RegExp;
}

/** What stands before an at-sign. To look for it in a megabyte of slashes without one takes a second. */
const beforeAt: readonly Shape[] = [
  { what: 'a token in a URL', pattern: /[a-z0-9+.-]:\/\/(?=[^\s/:@]{0,200}\d)[^\s/:@]{12,200}@/i },
  // The password may hold slashes and at-signs itself; a port does not make it one.
  { what: 'a password in a URL', pattern: /[a-z0-9+.-]:\/\/[^\s/:@]{0,200}:(?!\d{2,5}\/)\S{0,200}[^\s/]@/i },
];

/**
 * What a secret looks like. Nothing that matches may stand in a bakery file: dist/ and the file are
 * committed, and a key that has been in git is everybody's key. Repetitions are bounded, or begin where nothing of
 * theirs stands before: a line may be a megabyte long.
 */
const secretShapes: readonly Shape[] = [
  // Prefixes of Octez' secret keys, plain and encrypted, for the four curves; also behind other letters, and with a
  // letter in them that no key has.
  { what: 'a Tezos secret key', pattern: /(edsk|edesk|spsk|spesk|p2sk|p2esk|BLsk|BLesk)[0-9A-Za-z]{40,}/ },
  {
    what: 'a Tezos secret key',
    pattern: /(edsk|edesk|spsk|spesk|p2sk|p2esk|BLsk|BLesk)(?=[A-Za-z]{0,12}\d)(?=[a-z0-9]{0,12}[A-Z])[0-9A-Za-z]{12,}/,
  },
  {
    what: 'a PEM block',
    pattern: /-{4,5} ?BEGIN (?!PUBLIC KEY-)[A-Z0-9 ]{1,60}-{4,5}([\s\S]*-{4,5} ?END [A-Z0-9 ]{1,60}-{4,5}|[\s\S]*)/,
  },
  { what: 'an age key', pattern: /AGE-SECRET-KEY-1[A-Z0-9]{20,}/ },
  { what: 'a PuTTY key', pattern: /PuTTY-User-Key-File-\d/ },
  { what: 'a GitHub token', pattern: /(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})/ },
  { what: 'a GitLab token', pattern: /gl(pat|ptt|dt|rt|cbt|ft|soat|agent)-[A-Za-z0-9_-]{20,}/ },
  { what: 'a Slack token', pattern: /(xox[abceoprs]|xapp)-[A-Za-z0-9-]{10,}/ },
  { what: 'a Slack webhook', pattern: /hooks\.slack\.com\/(services|workflows|triggers)\/\S{10,}/ },
  { what: 'a Discord webhook', pattern: /discord(app)?\.com\/api\/webhooks\/\S{10,}/ },
  { what: 'a Discord bot token', pattern: /[MNO][A-Za-z0-9_-]{22,28}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{25,}/ },
  { what: 'a Telegram bot token', pattern: /\d{8,10}:[A-Za-z0-9_-]{35}/ },
  {
    what: 'a Google API key or token',
    pattern: /(AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,})/,
  },
  { what: 'an AWS access key', pattern: /(AKIA|ASIA)[A-Z0-9]{16}/ },
  { what: 'a Stripe or similar live key', pattern: /([rs]k_(live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9]{16,})/ },
  { what: 'a token of some service', pattern: new RegExp(tokens.map(({ source }) => source).join('|')) },
  { what: 'a JSON Web Token', pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+/ },
  { what: 'a bearer token', pattern: /(bearer|basic) (?=[A-Za-z0-9._~+/=-]{0,200}\d)[A-Za-z0-9._~+/=-]{16,}/i },
  {
    what: 'a password in a header',
    pattern: /authorization["']?\s{0,3}[:=]\s{0,3}["']?(bearer|basic|token) [^\s"']{6,}/i,
  },
  ...beforeAt,
];

/**
 * Matches whatever has one of the shapes, and sometimes more: most texts have none, and are asked once. For that no
 * pattern may refer to its groups, or exclude letters of one case.
 */
const anyOf = (shapes: readonly Shape[]) => new RegExp(shapes.map(({ pattern }) => pattern.source).join('|'), 'i');
const ANY_SHAPE = anyOf(secretShapes);
const ANY_SHAPE_WITHOUT_AT = anyOf(secretShapes.filter((each) => !beforeAt.includes(each)));

function shapesIn(text: string): readonly Shape[] {
  return (text.includes('@') ? ANY_SHAPE : ANY_SHAPE_WITHOUT_AT).test(text) ? secretShapes : [];
}

const NAMES =
  'password|passwd|passphrase|token|api[-_]?key|private[-_]?key([-_]?id)?|secret[-_]?key|access[-_]?key|account[-_]?key|client[-_]?secret';

/** Names of settings whose value is a secret, whatever it looks like. */
const SECRET_NAME = new RegExp(`^(.*[-_.])?(${NAMES})$`, 'i');

/** The same in a comment or in a sentence; behind a colon, or `is`, prose may go on, without a digit or a sign in it. */
const NAMED = new RegExp(
  String.raw`(?:${NAMES})["']?\s{0,3}(?:=\s{0,3}["']?[^\s"'<>$(]{6,}|(?::|\sis\s)\s{0,3}["']?(?=[^\s"']{0,100}[\d!@#$%^&*=+~])(?![a-z]{2,10}://|[<$(])[^\s"']{6,})`,
  'i',
);

/** Whether a key of that name holds a secret: `password: ...` */
export function namesSecret(key: string): boolean {
  return SECRET_NAME.test(key);
}

/** What it is whose name says so. */
export const NAMED_SECRET = 'a secret, by its name';

/** A secret in some text: what kind it seems to be, and the very characters. */
export interface FoundSecret {
  readonly what: string;
  readonly text: string;
}

/** What looks like a secret in `text`: at most one of each kind a line, which is enough to refuse it. */
export function secretsIn(text: string): FoundSecret[] {
  return [...keysIn(text), ...mnemonicSecretsIn(text)];
}

/** Mnemonics alone; `mostChecked` as mnemonicsIn has it. */
export function mnemonicSecretsIn(text: string, mostChecked?: number): FoundSecret[] {
  return mnemonicsIn(text, mostChecked).map(({ start, end }) => ({ what: 'a mnemonic', text: text.slice(start, end) }));
}

/** All but mnemonics. */
export function keysIn(whole: string): FoundSecret[] {
  const text = withoutPublicKeys(whole);
  const pieces = text.includes('\n') ? [text, ...text.split('\n')] : [text];
  const found = pieces.flatMap((line) => {
    return shapesIn(line).flatMap(({ what, pattern }) => {
      const match = pattern.exec(line);
      return match ? [{ what, text: match[0] }] : [];
    });
  });
  const broken = found.length > 0 ? [] : brokenKeyIn(text);
  const random = randomTextsIn(text).map((each) => ({ what: 'a key or a token', text: each }));
  const urls = urlKeysIn(text).map((each) => ({ what: 'a key in a URL', text: each }));
  const named = pieces.flatMap((line) => (NAMED.exec(line) ?? []).slice(0, 1));
  return [...found, ...broken, ...random, ...urls, ...named.map((each) => ({ what: NAMED_SECRET, text: each }))];
}

/** The same but mnemonics in the value of a setting, where no hash is needed that is not Tezos' own. */
export function keysInValue(text: string): FoundSecret[] {
  const found = keysIn(text);
  return found.length > 0 ? found : hexKeysIn(text).map((each) => ({ what: 'a key or a token', text: each }));
}

/** A key that is broken over several lines or words. */
function brokenKeyIn(text: string): FoundSecret[] {
  if (!/\s/.test(text)) return [];
  const [{ what, pattern }] = secretShapes;
  const keys = text.replace(/\s+/g, '').matchAll(new RegExp(pattern, 'g'));
  return [...keys].some(([key]) => looksDrawn(key)) ? [{ what, text }] : [];
}

/** A key that is broken over lines of a comment or a list, and the lines (from 0) that hold it. */
export function brokenKeysIn(text: string): { readonly what: string; readonly first: number; readonly last: number }[] {
  const [{ what, pattern }] = secretShapes;
  const pieces = text.split('\n').map((line) =>
    line
      .replace(/^[\s#>|*"'-]+/, '')
      .trimEnd()
      .replace(/["'\\]$/, ''),
  );
  const ends: number[] = [];
  for (const { length } of pieces) ends.push((ends.at(-1) ?? 0) + length);
  let line = 0;
  const lineAt = (index: number) => {
    while (ends[line] <= index) line++;
    return line;
  };
  return [...pieces.join('').matchAll(new RegExp(pattern, 'g'))].flatMap(({ 0: key, index }) => {
    const [first, last] = [lineAt(index), lineAt(index + key.length - 1)];
    return first !== last && looksDrawn(key) ? [{ what, first, last }] : [];
  });
}

/** Words that happen to follow each other have no digits and capitals in them. */
function looksDrawn(key: string): boolean {
  return (key.match(/\d/g) ?? []).length >= 2 && (key.match(/[A-Z]/g) ?? []).length >= 2;
}

/** What kind of secret `text` seems to hold, or undefined. */
export function secretKind(text: string): string | undefined {
  return secretsIn(text)[0]?.what;
}

export function looksSecret(text: string): boolean {
  return secretsIn(text).length > 0;
}

/** Whether `text` holds a key or a token of a known shape. What we render is judged by this one: it has long names. */
export function holdsKey(whole: string): boolean {
  const text = withoutPublicKeys(whole);
  return shapesIn(text).some(({ pattern }) => pattern.test(text));
}

/** `text` with every key and token taken out. Mnemonics are left: twelve words of ours may look like one. */
export function hideSecrets(text: string): string {
  return besidePublicKeys(text, (rest) =>
    shapesIn(rest).reduce(
      (hidden, { pattern }) => hidden.replaceAll(new RegExp(pattern, `g${pattern.flags}`), '(hidden)'),
      rest,
    ),
  );
}
