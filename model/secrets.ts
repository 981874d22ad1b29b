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

/** What kind of secret `text` seems to hold, or undefined. */
export function secretKind(text: string): string | undefined {
  const shape = SHAPES.find(({ pattern }) => pattern.test(text));
  if (shape) return shape.what;
  const words = text.replace(/^[\s#'"-]+|[\s'"]+$/g, '').split(/\s+/);
  const mnemonic = MNEMONIC_LENGTHS.includes(words.length) && words.every((each) => /^[a-z]{3,8}$/.test(each));
  return mnemonic ? 'a mnemonic' : undefined;
}

export function looksSecret(text: string): boolean {
  return secretKind(text) !== undefined;
}
