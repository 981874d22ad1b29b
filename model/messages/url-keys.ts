import { isRandomPart } from './random-texts';

/** Repetitions are bounded: a line may be a megabyte long. */
const URLS = /[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>]{1,2000}/gi;

/** Names of what opens something, as they stand before a value in a URL. */
const NAME =
  '(?:api[_-]?key|access[_-]?key|key|token|auth|secret|pass(?:word|wd)?|pwd|credential|signature|session|jwt|sig|sas|code)';

/** The name of a commit, on these hosts, is no key. */
const COMMIT_HOST = /(^|\.)(githubusercontent|github|gitlab)\.com$/;
const COMMIT = /^[0-9a-f]{40}$/;

/** A part that is a key by itself. Some providers put it into the name of the host. */
const keyParts: readonly ((part: string, host: string) => boolean)[] = [
  (part, host) => /^[0-9a-f]{32,}$/.test(part) && !(COMMIT.test(part) && COMMIT_HOST.test(host)),
  (part) => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(part),
];

/** What gives a key its name within a part, or in the part before it. */
const namedKeys: readonly RegExp[] = [
  new RegExp(`[?&;#/][\\w.-]{0,40}${NAME}[\\w.-]{0,40}=[^&/]{4,}`, 'i'),
  new RegExp(`/(?:[\\w.]{0,20}[_.-])?${NAME}s?[/:](?=[A-Za-z]*\\d)[A-Za-z0-9]{8,}(?:[/?#]|$)`, 'i'),
  /\/(?:api[_-]?key|access[_-]?token|auth[_-]?token|secret[_-]?key)_[\w.~+-]{8,}/i,
];

/** Keys in the URLs of a text: in the name of the host, in the path, behind a question mark; also written with %. */
export function urlKeysIn(text: string): string[] {
  if (!text.includes('://')) return [];
  return (text.match(URLS) ?? []).flatMap((url) => {
    const [host = '', ...path] = decoded(url.slice(url.indexOf('://') + 3)).split(/[/?#&=]/);
    const name = host.replace(/:\d+$/, '').toLowerCase();
    const parts = [...name.split('.'), ...path];
    const key = parts.find((part) => keyParts.some((is) => is(part.toLowerCase(), name)) || isRandomPart(part));
    if (key !== undefined) return [url.includes(key) ? key : url];
    const rest = decoded(url).slice(url.indexOf('://') + 3);
    return namedKeys.some((pattern) => pattern.test(rest)) ? [url] : [];
  });
}

/** As often as somebody may have encoded it. */
function decoded(text: string): string {
  let plain = text;
  for (let i = 0; i < 3 && plain.includes('%'); i++) {
    plain = plain.replace(/%[0-7][0-9a-f]/gi, (each) => String.fromCharCode(Number.parseInt(each.slice(1), 16)));
  }
  return plain;
}
