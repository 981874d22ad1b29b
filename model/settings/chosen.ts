/** The option that was taken of a choice: a section with exactly one key, or nothing of it is true. */
export function chosen<C extends object>(choice: C): { readonly name: keyof C & string; readonly section: Section<C> } {
  const [[name, section]] = Object.entries(choice).filter(([, value]) => value !== undefined);
  return { name: name as keyof C & string, section };
}

type Section<C extends object> = NonNullable<C[keyof C]>;
