import { Exit } from './program';

/** Flags of a command: `value` takes one, `list` may come more than once, `switch` takes none. */
export type FlagKind = 'value' | 'list' | 'switch';
export type Flags = Readonly<Record<string, FlagKind>>;

export class Options {
  private readonly given = new Map<string, string[]>();
  readonly positional: string[] = [];

  constructor(private readonly notInteger: Dialect['notInteger']) {}

  add(name: string, value: string): void {
    this.given.set(name, [...(this.given.get(name) ?? []), value]);
  }
  has(name: string): boolean {
    return this.given.has(name);
  }
  value(name: string): string | undefined {
    return this.given.get(name)?.[0];
  }
  integer(name: string): number {
    const text = this.value(name) ?? '';
    const number = Number(text);
    if (text === '' || !Number.isInteger(number)) throw this.notInteger(name, text);
    return number;
  }
  list(name: string): readonly string[] {
    return this.given.get(name) ?? [];
  }
}

/** Long names by their short ones, e.g. `-d` of `--data-dir`. */
export type Aliases = Readonly<Record<string, string>>;

interface Dialect {
  readonly unknown: (word: string) => Exit;
  readonly needsValue: (word: string) => Exit;
  readonly twice: (word: string) => Exit;
  readonly notInteger: (word: string, value: string) => Exit;
  /** cmdliner takes --flag=value, Clic does not. */
  readonly equals: boolean;
}

interface Spec {
  readonly flags: Flags;
  readonly aliases?: Aliases;
}

function parse(words: readonly string[], { flags, aliases = {} }: Spec, dialect: Dialect): Options {
  const options = new Options(dialect.notInteger);
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (!word.startsWith('-') || word === '-') {
      options.positional.push(word);
      continue;
    }
    const [spelled, glued] = dialect.equals && word.includes('=') ? split(word) : [word, undefined];
    const name = aliases[spelled] ?? spelled;
    const kind = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (!kind) throw dialect.unknown(spelled);
    if (kind !== 'list' && options.has(name)) throw dialect.twice(spelled);
    if (kind === 'switch') options.add(name, '');
    else {
      const value = glued ?? words[++i];
      if (value === undefined) throw dialect.needsValue(spelled);
      options.add(name, value);
    }
  }
  return options;
}

function split(word: string): [string, string] {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)];
}

/**
 * cmdliner, the parser of octez-node and octez-dal-node: any error of the command line is exit code 124
 * (Cmd.Exit.cli_error) with a usage line on standard error.
 */
export function parseCmdliner(program: string, command: string, words: readonly string[], spec: Spec): Options {
  const error = (message: string) => cmdlinerError(program, command, message);
  return parse(words, spec, {
    unknown: (word) => error(`unknown option '${word}'.`),
    needsValue: (word) => error(`option '${word}' needs an argument`),
    twice: (word) => error(`option '${word}' cannot be repeated`),
    notInteger: (word, value) => error(`option '${word}': invalid value '${value}', expected an integer`),
    equals: true,
  });
}

export function cmdlinerError(program: string, command: string, message: string): Exit {
  const name = `${program} ${command}`.trim();
  const usage = `Usage: ${name} [OPTION]…\nTry '${name} --help' or '${program} --help' for more information.`;
  return new Exit(124, `${program}: ${message}\n${usage}`);
}

/** Clic, the parser of baker, accuser, endorser, signer and client (tezos_clic.ml: pp_cli_errors): exit code 1. */
export function parseClic(words: readonly string[], spec: Spec): Options {
  return parse(words, spec, {
    unknown: (word) => clicError(`Unexpected command line option ${word}.`),
    needsValue: (word) => clicError(`Command line option ${word} expects an argument.`),
    twice: (word) => clicError(`Command line option ${word} appears multiple times.`),
    notInteger: (word) => clicError(`Wrong value for command line option ${word}.`),
    equals: false,
  });
}

export const clicError = (message: string) => new Exit(1, `Error:\n  ${message}\n`);
export const unrecognized = () =>
  clicError('Unrecognized command.\n  Try using the man command to get more information.');

/**
 * Clic reads global options first and stops at the first word that is not one: what follows is the command and its own
 * options, so `octez-baker run --endpoint ...` is refused.
 */
export function parseGlobal(words: readonly string[], spec: Spec): { global: Options; rest: string[] } {
  let end = 0;
  while (end < words.length && words[end].startsWith('-')) {
    const name = spec.aliases?.[words[end]] ?? words[end];
    const kind = Object.hasOwn(spec.flags, name) ? spec.flags[name] : undefined;
    if (!kind) break;
    end += kind === 'switch' ? 1 : 2;
  }
  if (end < words.length && words[end].startsWith('-')) {
    throw clicError(`Unexpected command line option ${words[end]}.`);
  }
  return { global: parseClic(words.slice(0, end), spec), rest: words.slice(end) };
}

/**
 * cobra, the parser of tezpay: global flags before or after the command, `-c5` as well as `-c 5`. What it does not
 * understand it explains, and nothing is answered; the program's own code is 0 then, since nobody looks at the error.
 */
export function parseCobra(
  program: string,
  words: readonly string[],
  spec: { global: Flags; commands: Readonly<Record<string, Flags>>; aliases: Aliases },
): { command: string; options: Options } | undefined {
  const { global, commands, aliases } = spec;
  const spelled = words.flatMap((word) => {
    const [, short, value] = /^(-[a-z])=?(.+)$/.exec(word) ?? [];
    return short && aliases[short] ? [short, value] : [word];
  });
  const error = (message: string) => new Exit(0, `Error: ${message}\nUsage:\n  ${program} [command]`);
  const dialect: Dialect = {
    unknown: (word) => error(`unknown flag: ${word}`),
    needsValue: (word) => error(`flag needs an argument: ${word}`),
    twice: (word) => error(`${word}: the stand-in takes a flag once`),
    notInteger: (word, value) => error(`invalid argument "${value}" for "${word}" flag`),
    equals: true,
  };
  const command = spelled.find((word, i) => !word.startsWith('-') && !takesNext(spelled[i - 1], global, aliases));
  if (command === undefined) return undefined;
  if (!Object.hasOwn(commands, command)) throw error(`unknown command "${command}" for "${program}"`);
  const flags = { ...global, ...commands[command] };
  const options = parse(spelled, { flags, aliases }, dialect);
  const [, extra] = options.positional;
  if (extra !== undefined && !['pay', 'generate-payouts'].includes(command)) throw error(`unknown argument ${extra}`);
  return { command, options };
}

const takesNext = (word: string | undefined, flags: Flags, aliases: Aliases) =>
  word !== undefined && flags[aliases[word] ?? word] === 'value';

/** optparse-applicative, the parser of backerei: `--config` before the command, the rest after it; errors end with 1. */
export function parseOptparse(
  words: readonly string[],
  commands: Readonly<Record<string, Flags>>,
): { configPath: string | undefined; command: string; options: Options } {
  const error = (message: string) => new Exit(1, `${message}\n\nUsage: backerei [--config FILE] COMMAND`);
  const dialect: Dialect = {
    unknown: (word) => error(`Invalid option \`${word}'`),
    needsValue: (word) => error(`The option \`${word}\` expects an argument.`),
    twice: (word) => error(`Invalid option \`${word}'`),
    notInteger: (word, value) => error(`option ${word}: cannot parse value \`${value}'`),
    equals: true,
  };
  const at = words.findIndex((word, i) => !word.startsWith('-') && words[i - 1] !== '--config');
  const global = parse(words.slice(0, at < 0 ? undefined : at), { flags: { '--config': 'value' } }, dialect);
  const command = at < 0 ? '' : words[at];
  if (!Object.hasOwn(commands, command))
    throw error(command === '' ? 'Missing: COMMAND' : `Invalid argument \`${command}'`);
  const options = parse(words.slice(at + 1), { flags: commands[command] }, dialect);
  if (options.positional.length > 0) throw error(`Invalid argument \`${options.positional[0]}'`);
  return { configPath: global.value('--config'), command, options };
}
