import { type NamedRpc, rpcWords } from './rpc-list.contract';

export interface KnownAddresses {
  readonly wallets: readonly string[];
  readonly bakers: readonly string[];
}

interface Pattern {
  readonly named: NamedRpc;
  readonly method: string;
  readonly path: RegExp;
}

/** Finds an RPC in a list by what was asked. */
export class RpcMatch {
  private readonly patterns: readonly Pattern[];

  constructor(list: readonly NamedRpc[], { wallets, bakers }: KnownAddresses) {
    const words: Record<string, string> = { ...rpcWords, wallet: wallets.join('|'), baker: bakers.join('|') };
    this.patterns = list.map((named) => {
      const [method, path] = named.rpc.split(' ');
      const pattern = path.replace(/\{([a-z]+)\}/g, (_, word: string) => `(?:${words[word]})`);
      return { named, method, path: new RegExp(`^${pattern}$`) };
    });
  }

  /** `asked`: path, and the query from the question mark on. Undefined if it is not in the list. */
  find(method: string, asked: string): NamedRpc | undefined {
    const [path, ...queries] = asked.split('?');
    if (queries.length > 1) return undefined;
    const found = this.patterns.find((each) => each.method === method && each.path.test(path));
    if (!found) return undefined;
    const [query] = queries;
    return query === undefined || found.named.queries?.test(query) ? found.named : undefined;
  }
}
