import { ask } from './ask-http';

/** A node that may be asked. */
export interface RpcNode {
  readonly name: string;
  /** Start of its RPC's URL: `http://node:8732`. */
  readonly url: string;
}

/** The operations of a block full of votes, and what a cycle's end does to every balance, are longer than other answers. */
const MOST_ANSWER_BYTES = 16 * 1024 * 1024;

/**
 * What a protocol says of an address that is no delegate, or not one yet (delegate_services.ml; up to Hangzhou what it
 * keeps of delegates is simply missing).
 */
const NO_DELEGATE = /"id":\s*"proto\.[^"]*\.(not_registered|balance_rpc_on_non_delegate|storage_error)"/;

/** Questions to one node, or to whoever answers in JSON as nodes do, each over a connection of its own. */
export class Rpc {
  constructor(
    readonly node: RpcNode,
    private readonly timeoutMs: number,
    private readonly mostBytes = MOST_ANSWER_BYTES,
  ) {}

  /** JSON of an answer; undefined if the node says that there is no such thing. Throws where nothing is known. */
  async find(path: string): Promise<unknown> {
    const { url } = this.node;
    const question = { method: 'GET', path, timeoutMs: this.timeoutMs, mostBytes: this.mostBytes } as const;
    const { status, text } = await ask({ url }, question).catch((error: Error) => {
      throw new Error(`${path}: ${error.message}`);
    });
    if (status === 404 || (status === 500 && NO_DELEGATE.test(text))) return undefined;
    if (status !== 200) throw new Error(`${path}: it answered ${status}`);
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(`${path}: its answer cannot be read`);
    }
  }

  /** The same; throws if there is no such thing. */
  async get(path: string): Promise<unknown> {
    const found = await this.find(path);
    if (found === undefined) throw new Error(`${path}: it answered 404`);
    return found;
  }
}

export const blockPath = (block: string, path: string) => `/chains/main/blocks/${block}${path}`;
