/** What an RPC has answered, read without trust: whatever is not of the right shape throws. */
export type Json = Readonly<Record<string, unknown>>;

export function objectIn(value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('an object was expected');
  return value as Json;
}

export function listIn(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('a list was expected');
  return value;
}

export function textIn(json: Json, name: string): string {
  const value = json[name];
  if (typeof value !== 'string') throw new Error(`${name} was expected to be a text`);
  return value;
}

export function integerIn(json: Json, name: string): number {
  const value = numberOf(json[name]);
  if (value === undefined || !Number.isSafeInteger(value)) throw new Error(`${name} was expected to be a number`);
  return value;
}

/** Octez writes int64 and amounts as text; booleans are 0 and 1. Undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : undefined;
}
