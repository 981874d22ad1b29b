import { parse, stringify } from 'yaml';

/** By how much alerts come sooner here: their windows, how long something must be so, and how often is looked and told. */
export const DURATION_DIVISOR = 15;

const milliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
type Unit = keyof typeof milliseconds;

const DURATION = String.raw`(\d+)(ms|s|m|h|d|w)`;
const whole = new RegExp(`^${DURATION}$`);
/** Of a window, and of one that ends in the past. */
const windows = new RegExp(String.raw`(\[|\boffset )${DURATION}\b`, 'g');
/** How far it looks ahead, in seconds without a unit. */
const ahead = /(predict_linear\(.*?\[\w+\](?: offset \w+)?, )(\d+)\)/g;

const shorter = (number: string, unit: string) =>
  `${Math.round((Number(number) * milliseconds[unit as Unit]) / DURATION_DIVISOR)}ms`;

/** The configuration or the rules of Prometheus or Alertmanager with every duration divided, and nothing else changed. */
export function withShorterDurations(text: string): string {
  return stringify(divided(parse(text), ''), { lineWidth: 0, aliasDuplicateObjects: false });
}

function divided(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map((each) => divided(each, key));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, divided(each, name)]));
  if (typeof value !== 'string') return value;
  if (key === 'expr') return shorterExpression(value);
  const [, number, unit] = whole.exec(value) ?? [];
  return number === undefined ? value : shorter(number, unit!);
}

function shorterExpression(expr: string): string {
  return expr
    .replaceAll(windows, (_, before: string, number: string, unit: string) => `${before}${shorter(number, unit)}`)
    .replaceAll(
      ahead,
      (_, before: string, seconds: string) => `${before}${Math.round(Number(seconds) / DURATION_DIVISOR)})`,
    );
}
