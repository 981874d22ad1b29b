/** One instruction of a Dockerfile, its arguments already in their places. */
export interface Instruction {
  readonly word: string;
  readonly rest: string;
}

export interface Dockerfile {
  /** What follows FROM. */
  readonly base: string;
  /** RUN and COPY, in order. */
  readonly steps: readonly Instruction[];
  /** The ARGs as they stand at the end: RUN sees them in its environment. */
  readonly variables: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workingDir?: string;
  readonly env: readonly string[];
  readonly entrypoint?: readonly string[];
}

const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Reads the part of the Dockerfile language that our images use: one stage; ARG, FROM, RUN, COPY, ENV, USER, WORKDIR and
 * ENTRYPOINT as a list. What it does not know is an error, never skipped.
 */
export function readDockerfile(text: string, given: Readonly<Record<string, string>> = {}): Dockerfile {
  const variables: Record<string, string> = {};
  const file = { base: '', steps: [] as Instruction[], env: [path], variables };
  let [user, workingDir, entrypoint]: [string?, string?, string[]?] = [];
  for (const { word, rest } of instructionsOf(text)) {
    const value = word === 'RUN' ? rest : filledIn(rest, variables);
    if (word === 'ARG') {
      const [name = '', fallback = ''] = value.split(/=(.*)/s);
      variables[name] = given[name] ?? fallback;
    } else if (word === 'FROM' && file.base === '') file.base = value;
    else if (word === 'RUN') file.steps.push({ word, rest: value });
    else if (word === 'COPY' && !value.startsWith('--')) file.steps.push({ word, rest: value });
    else if (word === 'ENV' && !/\s/.test(value)) file.env.push(value);
    else if (word === 'USER') user = value;
    else if (word === 'WORKDIR') workingDir = value;
    else if (word === 'ENTRYPOINT' && value.startsWith('[')) entrypoint = JSON.parse(value);
    else throw new Error(`the image builder of these tests does not know: ${word} ${rest}`);
  }
  return { ...file, user, workingDir, entrypoint };
}

/** Lines that end with a backslash go on; comment lines are nothing, between such lines too. */
function instructionsOf(text: string): Instruction[] {
  const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  return lines
    .join('\n')
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => {
      const [, word = '', rest = ''] = /^\s*(\S+)\s*(.*?)\s*$/.exec(line) ?? [];
      return { word: word.toUpperCase(), rest };
    });
}

function filledIn(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+)\}|\$(\w+)/g, (_, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? '';
    if (variables[name] === undefined) throw new Error(`no ARG ${name} for ${text}`);
    return variables[name];
  });
}
