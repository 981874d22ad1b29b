/**
 * What a secret looks like. Nothing that matches may stand in a bakery file: dist/ and the file are
 * committed, and a key that has been in git is everybody's key.
 */
const secretShapes: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  // Prefixes of Octez' secret keys, plain and encrypted, for the four curves; also behind other letters.
  { what: 'a Tezos secret key', pattern: /(edsk|edesk|spsk|spesk|p2sk|p2esk|BLsk|BLesk)[1-9A-HJ-NP-Za-km-z]{40,}/ },
  { what: 'a PEM block', pattern: /-----BEGIN [A-Z ]+-----/ },
  { what: 'a GitHub token', pattern: /(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})/ },
  { what: 'a GitLab token', pattern: /glpat-[A-Za-z0-9_-]{20,}/ },
  { what: 'a Slack token', pattern: /xox[abeoprs]-[A-Za-z0-9-]{10,}/ },
  { what: 'a Slack webhook', pattern: /hooks\.slack\.com\/(services|workflows)\/\S{10,}/ },
  { what: 'a Telegram bot token', pattern: /\d{8,10}:[A-Za-z0-9_-]{35}/ },
  { what: 'a Google API key or token', pattern: /(AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,})/ },
  { what: 'an AWS access key', pattern: /(AKIA|ASIA)[A-Z0-9]{16}/ },
  { what: 'a Stripe or similar live key', pattern: /[rs]k_live_[A-Za-z0-9]{16,}/ },
  { what: 'a JSON Web Token', pattern: /eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+/ },
  { what: 'a password in a URL', pattern: /[a-z0-9+.-]:\/\/[^\s/:@]+:[^\s/@]+@/i },
  { what: 'a key in a URL', pattern: /[?&](api[-_]?key|key|token|auth|secret|password)=[^&\s]{8,}/i },
];

/**
 * Matches whatever has one of the shapes, and sometimes more: most texts have none, and are asked once. For that no
 * pattern may refer to its groups, or exclude letters of one case.
 */
const ANY_SHAPE = new RegExp(secretShapes.map(({ pattern }) => pattern.source).join('|'), 'i');

function shapesIn(text: string): typeof secretShapes {
  return ANY_SHAPE.test(text) ? secretShapes : [];
}

/** Names of settings whose value is a secret, whatever it looks like. */
const SECRET_NAME =
  /^(.*[-_.])?(password|passwd|passphrase|token|api[-_]?key|private[-_]?key|secret[-_]?key|client[-_]?secret)$/i;

/** Whether a key of that name holds a secret: `password: ...` */
export function namesSecret(key: string): boolean {
  return SECRET_NAME.test(key);
}

/** The shortest BIP-39 mnemonic; its words have 3 to 8 letters. */
const MNEMONIC_LENGTH = 12;
const SHORTEST_MNEMONIC = 3 * MNEMONIC_LENGTH; // characters
/** Words of English sentences that are no BIP-39 words: with one of them, twelve short words in a row are prose. */
const prose = new Set(
  'the and for are was has had its not but from into than they them then each who whose which does did per were been being our his her him out off own both only also such very must may might here and nor yet'.split(
    ' ',
  ),
);

/** A secret in some text: what kind it seems to be, and the very characters. */
export interface FoundSecret {
  readonly what: string;
  readonly text: string;
}

/** What looks like a secret in `text`: at most one of each kind a line, which is enough to refuse it. */
export function secretsIn(text: string): FoundSecret[] {
  const pieces = text.includes('\n') ? [text, ...text.split('\n')] : [text];
  const found = pieces.flatMap((line) => [
    ...shapesIn(line).flatMap(({ what, pattern }) => {
      const match = pattern.exec(line);
      return match ? [{ what, text: match[0] }] : [];
    }),
    ...mnemonicIn(line),
  ]);
  return found.length > 0 ? found : brokenKeyIn(text);
}

/** A key that is broken over several lines or words. */
function brokenKeyIn(text: string): FoundSecret[] {
  if (!/\s/.test(text)) return [];
  const [{ what, pattern }] = secretShapes;
  return pattern.test(text.replace(/\s+/g, '')) ? [{ what, text }] : [];
}

/** Twelve words in a row that can be a mnemonic's. */
function mnemonicIn(line: string): FoundSecret[] {
  if (line.length < SHORTEST_MNEMONIC) return [];
  const words = line.split(/[^A-Za-z]+/);
  let run = 0;
  for (const [i, word] of words.entries()) {
    run = /^[a-z]{3,8}$/i.test(word) && !prose.has(word.toLowerCase()) ? run + 1 : 0;
    if (run >= MNEMONIC_LENGTH) return [{ what: 'a mnemonic', text: line.slice(line.indexOf(words[i - run + 1])) }];
  }
  return [];
}

/** What kind of secret `text` seems to hold, or undefined. */
export function secretKind(text: string): string | undefined {
  return secretsIn(text)[0]?.what;
}

export function looksSecret(text: string): boolean {
  return secretsIn(text).length > 0;
}

/** Whether `text` holds a key or a token. Prose of ours is judged by this one: it may look like a mnemonic. */
export function holdsKey(text: string): boolean {
  return shapesIn(text).some(({ pattern }) => pattern.test(text));
}

/** `text` with every key and token taken out. Mnemonics are left: twelve words of ours may look like one. */
export function hideSecrets(text: string): string {
  return shapesIn(text).reduce(
    (hidden, { pattern }) => hidden.replaceAll(new RegExp(pattern, `g${pattern.flags}`), '(hidden)'),
    text,
  );
}
