/** A field begins with a quote or holds none; what Go's encoding/csv writes. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n)/y;

/**
 * Records of a CSV text by the names in its first line. Throws where a line has not as many fields as the first, where
 * one of `names` is missing there, and where the text does not end with a line's end: then it was cut off.
 */
export function csvRecords<Name extends string>(text: string, names: readonly Name[]): Record<Name, string>[] {
  const [header, ...lines] = linesOf(text);
  if (!header) throw new Error('it is empty');
  const missing = names.find((name) => !header.includes(name));
  if (missing) throw new Error(`its first line names no ${missing}`);
  const places = names.map((name) => [name, header.indexOf(name)] as const);
  return lines.map((line, i) => {
    if (line.length !== header.length) throw new Error(`line ${i + 2} has ${line.length} fields, not ${header.length}`);
    return Object.fromEntries(places.map(([name, at]) => [name, line[at]])) as Record<Name, string>;
  });
}

function linesOf(text: string): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  FIELD.lastIndex = 0;
  for (let at = 0; at < text.length; at = FIELD.lastIndex) {
    const [, quoted, plain, end] = FIELD.exec(text) ?? [];
    if (end === undefined) throw new Error(`what begins at letter ${at + 1} is no field, or was cut off`);
    line.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    lines.push(line);
    line = [];
  }
  if (line.length > 0) throw new Error('its last line was cut off');
  return lines;
}
