/** A function without side effects that computes its answer for each text once: many bakeries ask the same. */
export function remember<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (!known.has(text)) known.set(text, compute(text));
    return known.get(text) as T;
  };
}

/** A value that is computed when it is asked for first. */
export function once<T>(compute: () => T): () => T {
  const answer = remember(compute);
  return () => answer('');
}

/** The same for an object that does not change, for as long as somebody holds it. */
export function rememberOf<K extends object, T extends object>(compute: (of: K) => T): (of: K) => T {
  const known = new WeakMap<K, T>();
  return (of) => {
    if (!known.has(of)) known.set(of, compute(of));
    return known.get(of) as T;
  };
}
