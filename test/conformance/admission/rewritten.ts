/** Fields that came back other than they were sent: each is an eternal difference to a GitOps tool. */
export function rewrittenFields(sent: unknown, returned: unknown, path = ''): string[] {
  if (Array.isArray(sent)) {
    if (!Array.isArray(returned) || returned.length !== sent.length) return [line(path, sent, returned)];
    return sent.flatMap((item, index) => rewrittenFields(item, returned[index], `${path}[${index}]`));
  }
  if (isRecord(sent)) {
    if (!isRecord(returned)) return [line(path, sent, returned)];
    return Object.entries(sent).flatMap(([key, value]) => rewrittenFields(value, returned[key], `${path}.${key}`));
  }
  return sent === returned ? [] : [line(path, sent, returned)];
}

function line(path: string, sent: unknown, returned: unknown): string {
  return `${path}: sent ${JSON.stringify(sent)}, came back ${JSON.stringify(returned) ?? 'not at all'}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
