/** What a list of words has a shell do. */
export type ShellForm =
  | { readonly does: 'script'; readonly shell: string; readonly text: string }
  | { readonly does: 'file'; readonly path: string }
  | { readonly does: 'unknown'; readonly why: string };

const SHELL = /^(?:\S*\/)?((?:ba|da|a)?sh)$/;

/** Every shell among the words, also behind a wrapper: `timeout 5 sh -c <script>`. */
export function shellForms(words: readonly string[]): ShellForm[] {
  const at = words.findIndex((word) => SHELL.test(word));
  if (at < 0) return [];
  const [, shell] = words[at]!.match(SHELL) as RegExpMatchArray;
  const { isCommand, operands } = withoutOptions(words.slice(at + 1));
  const form = isCommand ? scriptOf(shell!, operands[0]) : fileOf(shell!, operands[0]);
  // Behind `-c <script>` comes its $0, which people call `sh`: that one runs nothing.
  return [form, ...shellForms(operands.slice(isCommand ? 2 : 1))];
}

function scriptOf(shell: string, text: string | undefined): ShellForm {
  if (text === undefined) return { does: 'unknown', why: `${shell} -c is told no script` };
  if (/^\s*\$\(\w+\)\s*$/.test(text)) return { does: 'unknown', why: `the kubelet puts the script of ${text} there` };
  return { does: 'script', shell, text };
}

function fileOf(shell: string, path: string | undefined): ShellForm {
  if (path === undefined) return { does: 'unknown', why: `${shell} is told neither a script nor a file` };
  return { does: 'file', path };
}

/** As POSIX has it: `-c` takes no argument, the script is the first operand (`sh -c -e <script>`); `-o` takes one. */
function withoutOptions(words: readonly string[]): { isCommand: boolean; operands: readonly string[] } {
  let isCommand = false;
  let next = 0;
  while (/^[-+]./.test(words[next] ?? '')) {
    const word = words[next++]!;
    if (word === '--') break;
    if (word.startsWith('--')) continue;
    if (word.startsWith('-') && word.includes('c')) isCommand = true;
    if (word.includes('o')) next++;
  }
  return { isCommand, operands: words.slice(next) };
}
