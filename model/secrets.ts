/**
 * What a secret looks like. Nothing that matches may stand in a bakery file: dist/ and the file are
 * committed, and a key that has been in git is everybody's key.
 */
const SHAPES: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  // Prefixes of Octez' secret keys, plain and encrypted, for the four curves.
  { what: 'a Tezos secret key', pattern: /\b(edsk|edesk|spsk|spesk|p2sk|p2esk|BLsk|BLesk)[1-9A-HJ-NP-Za-km-z]{40,}/ },
  { what: 'a PEM block', pattern: /-----BEGIN [A-Z ]+-----/ },
  { what: 'a GitHub token', pattern: /\b(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})/ },
  { what: 'a GitLab token', pattern: /\bglpat-[A-Za-z0-9_-]{20,}/ },
  { what: 'a Slack token', pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/ },
  { what: 'a Slack webhook', pattern: /hooks\.slack\.com\/(services|workflows)\/\S{10,}/ },
  { what: 'a Telegram bot token', pattern: /\b\d{8,10}:[A-Za-z0-9_-]{35}\b/ },
  { what: 'a Google API key or token', pattern: /\b(AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,})/ },
  { what: 'an AWS access key', pattern: /\b(AKIA|ASIA)[A-Z0-9]{16}\b/ },
  { what: 'a Stripe or similar live key', pattern: /\b[rs]k_live_[A-Za-z0-9]{16,}/ },
  { what: 'a JSON Web Token', pattern: /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+/ },
  { what: 'a password in a URL', pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/@]+@/ },
];

/** Word counts of BIP-39 mnemonics; their words have 3 to 8 letters. */
const MNEMONIC_LENGTHS = [12, 15, 18, 21, 24];

/** A secret in some text: what kind it seems to be, and the very characters. */
export interface FoundSecret {
  readonly what: string;
  readonly text: string;
}

/** What looks like a secret in `text`: at most one of each kind a line, which is enough to refuse it. */
export function secretsIn(text: string): FoundSecret[] {
  return [text, ...text.split('\n')].flatMap((line) => [
    ...SHAPES.flatMap(({ what, pattern }) => {
      const match = pattern.exec(line);
      return match ? [{ what, text: match[0] }] : [];
    }),
    ...mnemonicIn(line),
  ]);
}

/** A mnemonic stands alone on its line, or behind a word with a colon or an equals sign. */
function mnemonicIn(line: string): FoundSecret[] {
  const alone = line.replace(/^[\s#'"-]*(\w+\s*[:=])?[\s'"]*|[\s'"]+$/g, '');
  const words = alone.split(/\s+/);
  const found = MNEMONIC_LENGTHS.includes(words.length) && words.every((word) => /^[a-z]{3,8}$/.test(word));
  return found ? [{ what: 'a mnemonic', text: alone }] : [];
}

/** What kind of secret `text` seems to hold, or undefined. */
export function secretKind(text: string): string | undefined {
  return secretsIn(text)[0]?.what;
}

export function looksSecret(text: string): boolean {
  return secretsIn(text).length > 0;
}

/** `text` with everything that looks like a secret taken out. */
export function hideSecrets(text: string): string {
  return secretsIn(text).reduce((hidden, secret) => hidden.replaceAll(secret.text, '(hidden)'), text);
}
