/** What is told: texts, numbers, yes and no, lists, and sections; what is undefined is left out. */
type Value = string | number | boolean | undefined | readonly Value[] | { readonly [name: string]: Value };

/**
 * For readers of YAML 1.1 (Ansible, cloud-init): every text in quotes, as JSON has it, so that none is a number, a time or a
 * yes to them; scripts as they are. Names have no quotes where they are words of no other meaning.
 */
export function yaml(value: object): string {
  return `${linesOf(value as Value).join('\n')}\n`;
}

function linesOf(value: Value): string[] {
  if (Array.isArray(value)) return value.length === 0 ? ['[]'] : value.flatMap(itemLines);
  if (typeof value === 'object') {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    return entries.length === 0 ? ['{}'] : entries.flatMap(entryLines);
  }
  if (typeof value === 'string' && isScript(value)) return ['|', ...value.slice(0, -1).split('\n').map(indented)];
  return [JSON.stringify(value)];
}

function entryLines([name, value]: [string, Value]): string[] {
  const [first, ...others] = linesOf(value);
  const isBelow = typeof value === 'object' && !['{}', '[]'].includes(first);
  return isBelow ? [`${nameOf(name)}:`, ...[first, ...others].map(indented)] : [`${nameOf(name)}: ${first}`, ...others];
}

function itemLines(value: Value): string[] {
  const [first, ...others] = linesOf(value);
  return [`- ${first}`, ...others.map(indented)];
}

/** Of several lines, the last one ended, none of which begins or ends with what YAML would fold or count. */
const isScript = (text: string) => /^[!-~][ -~\n]*\n[ -~\n]*[!-~]\n$/.test(text);

/** Two letters may be a yes or a no, and a letter with digits a number. */
const isPlain = (name: string) =>
  /^[a-z][a-z_-]{2,}[a-z0-9_-]*$/.test(name) && !/^(yes|off|true|false|null)$/.test(name);

const nameOf = (name: string) => (isPlain(name) ? name : JSON.stringify(name));

const indented = (line: string) => (line === '' ? '' : `  ${line}`);
