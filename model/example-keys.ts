/** Throwaway keys of the examples in bakeries/, by address: whose they are. Nobody holds their secret keys. */
export const exampleKeys: ReadonlyMap<string, string> = new Map([
  ['tz2UfiRX69g7KURzP9JDfT4tig1o458EsMQU', 'mainnet'],
  ['tz1cJFkKeMYgDAy6mzCAs76YPviFzbX11PVv', 'bakingnet'],
  ['tz1N1eF6zz6Rnea8USN7qs7XCYwnWqAWtBT1', 'carthagenet'],
]);
