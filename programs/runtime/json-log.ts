/** One line of JSON for each thing said. */
export type Log = (
  severity: 'INFO' | 'WARNING' | 'ERROR',
  message: string,
  more?: Readonly<Record<string, unknown>>,
) => void;

/** Secret keys of Tezos, PEM blocks, signatures of Tezos: none of these helps whoever reads a log. */
const SECRET =
  /(edsk|edesk|spsk|spesk|p2sk|p2esk|BLsk|BLesk|edsig|spsig1|p2sig|BLsig)[1-9A-HJ-NP-Za-km-z]{20,}|-----BEGIN[\s\S]*/g;

/** `severity` is the word that Google's logs look for. */
export function logTo(write: (line: string) => void, clock: () => Date = () => new Date()): Log {
  return (severity, message, more = {}) => {
    const line = JSON.stringify({ time: clock().toISOString(), severity, message, ...more }, (_, value) =>
      typeof value === 'string' ? value.replace(SECRET, '(not shown)') : value,
    );
    write(`${line}\n`);
  };
}
