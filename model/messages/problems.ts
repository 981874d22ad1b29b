import { DID_YOU_MEAN } from './did-you-mean';
import { looksSecret } from './secrets';
import { display, displayPart, printable } from './shown';

/** A way into a bakery file: keys and list positions from the root. */
export type SettingPath = readonly (string | number)[];

/** Something wrong (`error`) or worth a look (`warning`) in a bakery file, said so that a person can mend it. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** Path of the file as the operator knows it, e.g. `bakeries/mainnet.yaml`. */
  readonly file: string;
  /** Line in that file, from 1; of the nearest thing that exists where the setting itself is missing. */
  readonly line: number;
  readonly setting: SettingPath;
  /** Completes the sentence `<setting>: <value> ...`. */
  readonly message: string;
  /** The value as written, or undefined where there is none or it must not be shown. */
  readonly value?: unknown;
}

/** Thrown by the synthesizer: nothing has been written. */
export class BakeryFileError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(sentence).join('\n'));
    this.name = 'BakeryFileError';
  }
}

/** `bakers[0].address` */
function settingName(path: SettingPath): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${displayPart(part)}`))
    .join('');
}

/** One line for a person: file:line: setting: value message. */
export function sentence({ file, line, setting, value, message, severity }: Problem): string {
  const where = `${shownFile(file)}:${line}: ${severity === 'warning' ? 'warning: ' : ''}`;
  const name = setting.length > 0 ? `${settingName(setting)}: ` : '';
  const shown = display(value, message.includes(DID_YOU_MEAN));
  return printable(`${where}${name}${shown === undefined ? '' : `${shown} `}${message}`);
}

/** The path without what looks like a secret in it. */
function shownFile(path: string): string {
  const shown = path.split('/').map((part) => (looksSecret(part) ? `(a name of ${part.length} characters)` : part));
  return path.startsWith('/') ? path : shown.join('/');
}

/** Nobody reads more of one file at once. */
const MOST_SHOWN = 200;

/** The first problems of a file, by line, and how many more there are. */
export function firstOf(problems: readonly Problem[]): readonly Problem[] {
  const sorted = [...problems].sort((a, b) => a.line - b.line);
  if (sorted.length <= MOST_SHOWN) return sorted;
  // One that forbids a synthesis must not be among those that are left out.
  const [errors, warnings] = (['error', 'warning'] as const).map((severity) =>
    sorted.filter((each) => each.severity === severity),
  );
  const shown = [...errors, ...warnings].slice(0, MOST_SHOWN - 1);
  const { file, line, severity } = [...errors, ...warnings][MOST_SHOWN - 1];
  const more = { severity, file, line, setting: [], message: `${sorted.length - shown.length} more problems` };
  return [...shown.sort((a, b) => a.line - b.line), more];
}
