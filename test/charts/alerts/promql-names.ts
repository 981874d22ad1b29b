/** A metric with its matchers, as it stands in PromQL. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly { readonly label: string; readonly op: string; readonly value: string }[];
}

/** `metric{label="value"}` */
const SELECTOR = /([a-zA-Z_:][\w:]*)\{((?:[^}"]|"(?:[^"\\]|\\.)*")*)\}/g;
const MATCHER = /(\w+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"/g;
/** Lists of labels: `by (pod)`, `group_left ()`. */
const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;
const KEYWORDS = ['and', 'or', 'unless', 'bool', 'offset', 'inf', 'nan', 'by', 'on', 'without', 'ignoring'];

export function selectorsOf(expr: string): Selector[] {
  return [...expr.matchAll(SELECTOR)].map(([, metric, text]) => ({
    metric,
    matchers: [...text.matchAll(MATCHER)].map(([, label, op, value]) => ({ label, op, value })),
  }));
}

/** Labels that aggregations and matchings name. */
export function groupedBy(expr: string): string[] {
  return [...expr.matchAll(GROUPING)].flatMap(([, labels]) =>
    labels
      .split(',')
      .map((label) => label.trim())
      .filter(Boolean),
  );
}

/** Labels that `label_replace` makes. */
export function made(expr: string): string[] {
  return expr.includes('label_replace(') ? [...expr.matchAll(/"(\w+)", "\$1", "\w+"/g)].map(([, label]) => label) : [];
}

/** Names that select without saying of what: neither a function nor a word of PromQL. */
export function bareNames(expr: string): string[] {
  const rest = expr
    .replace(SELECTOR, ' ')
    .replace(/"(?:[^"\\]|\\.)*"/g, ' ')
    .replace(GROUPING, ' ')
    .replace(/\[[^\]]*\]/g, ' ');
  return [...rest.matchAll(/\b([a-zA-Z_:][\w:]*)\b(?!\s*\()/g)]
    .map(([, name]) => name)
    .filter((name) => !KEYWORDS.includes(name.toLowerCase()));
}
