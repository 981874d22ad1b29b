import { integerIn, type Json, listIn, objectIn, textIn } from '../runtime/json';
import { blockPath, Rpc } from '../runtime/rpc';
import type { FinalBlock } from './final-block';
import type { NodeChoice } from './node-choice';
import { finalOperation, hasReceipts, mutezIn, sourcesOf } from './receipts';

/** A block as its header says. */
export interface Header {
  readonly level: number;
  readonly hash: string;
  readonly predecessor: string;
  /** Unix milliseconds. */
  readonly timeMs: number;
}

const ANSWER_MS = 10_000;
/** A chain that runs has a younger one, on every network that we know. */
const OLD_HEAD_MS = 5 * 60_000;
/** Validation pass of manager operations. */
const MANAGER_PASS = 3;

/** What our own node says of the chain. Every method throws where it does not answer, and then the next one is asked. */
export class ChainReader {
  constructor(
    private readonly nodes: NodeChoice,
    private readonly chainId: string,
  ) {}

  /** Its head; throws if it is on another chain, or has stood still and there is another node. */
  async head(): Promise<Header> {
    return this.asked(async (rpc) => {
      const json = objectIn(await rpc.get(blockPath('head', '/header')));
      if (json.chain_id !== this.chainId) throw new Error('it is on another chain');
      const head = headerIn(json);
      // Another one may be further; where there is none, what it has is all there is.
      if (this.nodes.count > 1 && Date.now() - head.timeMs > OLD_HEAD_MS) throw new Error('its head is old');
      return head;
    });
  }

  /** `name`: a hash, or `<hash>~<n>` for the nth before it. Undefined if the node does not know it, or no more. */
  async header(name: string): Promise<Header | undefined> {
    return this.asked(async (rpc) => {
      const found = await rpc.find(blockPath(name, '/header'));
      return found === undefined ? undefined : headerIn(objectIn(found));
    });
  }

  /** All that a wallet must know of a block; undefined if the node does not have all of it any more. */
  async block(header: Header, wallet: string): Promise<FinalBlock | undefined> {
    const { hash } = header;
    return this.asked(async (rpc) => {
      const metadata = await rpc.find(blockPath(hash, '/metadata'));
      if (metadata === undefined) return undefined;
      const operations = await managerOperations(rpc, hash, [wallet]);
      const contract = (field: string) => rpc.find(blockPath(hash, `/context/contracts/${wallet}/${field}`));
      const [counter, balance] = [await contract('counter'), await contract('balance')];
      if (operations === undefined) return undefined;
      return {
        ...header,
        operationsTtl: integerIn(objectIn(metadata), 'max_operations_ttl'),
        // An account that is not there has neither; some releases then tell the chain's own counter.
        counter: counter === undefined ? 0n : mutezIn(counter),
        balance: balance === undefined ? 0n : mutezIn(balance),
        operations: operations.map((operation) => finalOperation(operation, wallet)),
      };
    });
  }

  /** Manager operations of a block by any of these accounts, as JSON; undefined if the node has them no more. */
  async managerOperations(name: string, accounts: readonly string[]): Promise<readonly Json[] | undefined> {
    return this.asked((rpc) => managerOperations(rpc, name, accounts));
  }

  /** The lowest level of which the node has all. */
  async savepoint(): Promise<number> {
    return this.asked(async (rpc) => {
      const found = await rpc.find('/chains/main/levels/savepoint');
      if (found !== undefined) return integerIn(objectIn(found), 'level');
      return integerIn(objectIn(await rpc.get('/chains/main/checkpoint')), 'save_point'); // up to Octez 8
    });
  }

  /** The node that is asked now. */
  get node(): string {
    return this.nodes.current;
  }

  /** How many nodes there are. */
  get nodeCount(): number {
    return this.nodes.count;
  }

  /** From now on the next one is asked. */
  leave(problem: string): void {
    this.nodes.fails(this.nodes.current, problem);
  }

  private async asked<T>(question: (rpc: Rpc) => Promise<T>): Promise<T> {
    const url = this.nodes.current;
    try {
      const answer = await question(new Rpc({ name: url, url }, ANSWER_MS));
      this.nodes.works(url);
      return answer;
    } catch (error) {
      this.nodes.fails(url, (error as Error).message);
      throw error;
    }
  }
}

async function managerOperations(rpc: Rpc, name: string, accounts: readonly string[]): Promise<Json[] | undefined> {
  const found = await rpc.find(blockPath(name, `/operations/${MANAGER_PASS}`));
  if (found === undefined) return undefined;
  const all = listIn(found).map((each, at) => ({ ...objectIn(each), at }));
  const ours = all.filter((operation) => sourcesOf(operation).some((source) => accounts.includes(source)));
  return Promise.all(
    ours.map((operation) => (hasReceipts(operation) ? operation : withReceipts(rpc, name, operation))),
  );
}

/** The same operation, of which the node must tell the receipts however large they are. */
async function withReceipts(rpc: Rpc, name: string, operation: Json): Promise<Json> {
  const at = integerIn(operation, 'at');
  return objectIn(await rpc.get(blockPath(name, `/operations/${MANAGER_PASS}/${at}?metadata=always`)));
}

function headerIn(json: Json): Header {
  const timeMs = Date.parse(textIn(json, 'timestamp'));
  if (Number.isNaN(timeMs)) throw new Error('its header has no time');
  const [hash, predecessor] = [textIn(json, 'hash'), textIn(json, 'predecessor')];
  return { level: integerIn(json, 'level'), hash, predecessor, timeMs };
}
