import { createHash } from 'node:crypto';
import { type Content, type Operation, readOperation } from '../../../programs/payout-guard/operation-bytes';
import { encode, PREFIX } from '../../stand-ins/kit/base58';
import { blake2b } from '../../stand-ins/kit/blake2b';
import { closeServer, failure, ok, type Reply, type Request, serve } from '../../stand-ins/kit/http-server';
import { verifies } from '../../stand-ins/kit/secret-keys';
import { afterwards } from '../temporary';

interface Account {
  readonly balance: bigint;
  readonly counter: bigint;
}
type Accounts = ReadonlyMap<string, Account>;

/** A signed operation, as it was injected or made here. */
export interface Pending extends Operation {
  readonly hash: string;
  readonly signature: string;
}

export interface MadeBlock {
  readonly level: number;
  readonly hash: string;
  readonly predecessor: string;
  readonly timeMs: number;
  readonly operations: readonly object[];
  readonly accounts: Accounts;
}

const never = new Promise<Reply>(() => {});
const CHAIN_ID = encode(PREFIX.chainId, Buffer.from('7a06a770', 'hex'));
const BURN = 64_250n;
export const TTL = 8;

/** A node that follows a chain of manager operations. What a node would not answer, it does not answer. */
export class PayoutNode {
  url = '';
  readonly chainId = CHAIN_ID;
  readonly asked: string[] = [];
  /** Told in place of an answer where method and path fit. */
  readonly faults = new Map<RegExp, 'hangs' | number>();
  readonly pool: Pending[] = [];
  /** Unix milliseconds of level 0. */
  startMs = Date.now() - 60_000;
  /** It has all of the blocks from here on. */
  savepoint = 0;
  /** It tells that as old releases do. */
  isOld = false;
  /** Receipts are left out unless they are asked for. */
  isShort = false;
  /** Transfers to these fail. */
  readonly failing = new Set<string>();
  blocks: MadeBlock[] = [];
  /** Who listens to its heads. */
  listeners = 0;
  private count = 0;

  constructor(
    accounts: Readonly<Record<string, Account>>,
    private readonly publicKeys: Readonly<Record<string, string>> = {},
  ) {
    this.blocks.push(this.made(undefined, [], new Map(Object.entries(accounts))));
  }

  get head(): MadeBlock {
    return this.blocks[this.blocks.length - 1];
  }

  async listen(port = 0): Promise<this> {
    const { server, port: taken } = await serve({ host: '127.0.0.1', port }, (request) => this.answer(request));
    afterwards(() => closeServer(server));
    this.url = `http://127.0.0.1:${taken}`;
    return this;
  }

  /** So many blocks; the first one includes what waits. */
  bake(count = 1): MadeBlock {
    for (let i = 0; i < count; i++) {
      const accounts = new Map(this.head.accounts);
      const operations = this.pool.splice(0).flatMap((pending) => this.included(pending, accounts) ?? []);
      this.blocks.push(this.made(this.head, operations, accounts));
    }
    return this.head;
  }

  /** The last blocks are gone, as if they had never been. */
  drop(count: number): void {
    this.blocks = this.blocks.slice(0, -count);
  }

  /** A transfer that nobody has asked a guard for. */
  transfer(source: string, destination: string, amount: bigint): void {
    const counter = (this.head.accounts.get(source)?.counter ?? 0n) + 1n;
    const content: Content = {
      ...{ kind: 'transaction', source, destination, amount, counter },
      ...{ fee: 400n, gasLimit: 1000n, storageLimit: 0n },
    };
    this.pool.push({ branch: this.head.hash, contents: [content], hash: this.hashOf('operation'), signature: 'sigX' });
  }

  private hashOf(kind: 'block' | 'operation'): string {
    return encode(
      PREFIX[kind],
      createHash('sha256')
        .update(`${kind} ${this.count++}`)
        .digest(),
    );
  }

  private made(on: MadeBlock | undefined, operations: readonly object[], accounts: Accounts): MadeBlock {
    const hash = this.hashOf('block');
    const level = on ? on.level + 1 : 1;
    return {
      level,
      hash,
      predecessor: on?.hash ?? hash,
      timeMs: this.startMs + level * 6000,
      operations,
      accounts,
    };
  }

  /** As it stands in a block; undefined if it is not valid there. */
  private included({ contents, ...rest }: Pending, accounts: Map<string, Account>): object | undefined {
    const [{ source, counter }] = contents;
    if (accounts.get(source)?.counter !== counter - 1n) return undefined;
    const isFailing = contents.some((each) => each.kind === 'transaction' && this.failing.has(each.destination));
    return { ...rest, contents: contents.map((each) => this.applied(each, accounts, !isFailing)) };
  }

  private applied(content: Content, accounts: Map<string, Account>, isApplied: boolean): object {
    const { kind, source, fee, counter, gasLimit, storageLimit } = content;
    const change = (address: string, by: bigint, more: Partial<Account> = {}) => {
      const { balance = 0n, counter: at = 0n } = accounts.get(address) ?? {};
      accounts.set(address, { counter: at, ...more, balance: balance + by });
      return { kind: 'contract', contract: address, change: `${by}`, origin: 'block' };
    };
    const shown = {
      ...{ kind, source, fee: `${fee}`, counter: `${counter}` },
      ...{ gas_limit: `${gasLimit}`, storage_limit: `${storageLimit}` },
    };
    const balance_updates = [change(source, -fee, { counter })];
    if (kind === 'reveal') {
      return {
        ...shown,
        public_key: content.publicKey,
        metadata: { balance_updates, operation_result: { status: 'applied' } },
      };
    }
    const { amount, destination } = content;
    const isNew = !accounts.has(destination);
    const status = isApplied ? 'applied' : 'failed';
    const moved = () => [
      ...[change(source, -amount), change(destination, amount)],
      ...(isNew ? [change(source, -BURN), { kind: 'burned', category: 'storage fees', change: `${BURN}` }] : []),
    ];
    const operation_result = isApplied ? { status, balance_updates: moved() } : { status, errors: [{}] };
    return { ...shown, amount: `${amount}`, destination, metadata: { balance_updates, operation_result } };
  }

  private answer({ method, path, query, body }: Request): Reply | Promise<Reply> {
    const asked = `${method} ${path}${query.size > 0 ? `?${query}` : ''}`;
    this.asked.push(asked);
    for (const [where, fault] of this.faults) {
      if (where.test(asked)) return fault === 'hangs' ? never : failure(fault, 'scripted');
    }
    if (asked === 'POST /injection/operation') return this.inject(JSON.parse(body));
    if (asked === 'GET /monitor/heads/main') return this.heads();
    if (asked === 'GET /chains/main/is_bootstrapped') return ok({ bootstrapped: true, sync_state: 'synced' });
    const { savepoint: level, isOld } = this;
    if (asked === 'GET /chains/main/levels/savepoint' && !isOld) return ok({ level, block: this.head.hash });
    if (asked === 'GET /chains/main/checkpoint' && isOld) return ok({ save_point: level, caboose: 0 });
    const [, name = '', rest = ''] = /^GET \/chains\/main\/blocks\/([^/]+)\/(.*)$/.exec(asked) ?? [];
    const block = this.find(name);
    return block ? this.ofBlock(block, rest) : failure(404, 'store.not_found');
  }

  private find(name: string): MadeBlock | undefined {
    const [of, back = '0'] = name.split('~');
    const at = of === 'head' ? this.blocks.length - 1 : this.blocks.findIndex(({ hash }) => hash === of);
    return at < 0 ? undefined : this.blocks[at - Number(back)];
  }

  private ofBlock(block: MadeBlock, rest: string): Reply {
    const { level, hash, predecessor, timeMs, operations, accounts } = block;
    const timestamp = new Date(timeMs).toISOString();
    if (rest === 'header') return ok({ chain_id: this.chainId, hash, level, predecessor, timestamp });
    if (rest === 'hash') return ok(hash);
    if (level < this.savepoint) return failure(404, 'store.metadata_not_found');
    if (rest === 'metadata') return ok({ max_operations_ttl: TTL, next_protocol: 'P' });
    if (rest === 'operations/3') return ok(this.isShort ? operations.map(withoutReceipts) : operations);
    const [, at] = /^operations\/3\/(\d+)\?metadata=always$/.exec(rest) ?? [];
    if (at !== undefined && operations[Number(at)]) return ok(operations[Number(at)]);
    const [, address = '', field] = /^context\/contracts\/([^/]+)\/(counter|balance)$/.exec(rest) ?? [];
    const account = accounts.get(address);
    if (!field || !account) return failure(404, 'context.storage_error');
    return ok(`${account[field as keyof Account]}`);
  }

  /** As a node takes it: bytes of a known branch, the next counter or one after what waits, a signature that is right. */
  private inject(signed: unknown): Reply {
    if (typeof signed !== 'string') return failure(400, 'not a text');
    const bytes = Buffer.from(signed, 'hex');
    const unsigned = Buffer.concat([Buffer.of(3), bytes.subarray(0, -64)]);
    const operation = readOperation(unsigned);
    const { source, counter } = operation.contents[0];
    const isKnown = this.blocks.slice(-TTL).some(({ hash }) => hash === operation.branch);
    if (!isKnown) return failure(500, 'prevalidation.operation_branch_refused');
    const publicKey = this.publicKeys[source];
    if (!publicKey || !verifies(publicKey, unsigned, bytes.subarray(-64))) return failure(500, 'invalid_signature');
    if (this.head.accounts.get(source)?.counter !== counter - 1n) return failure(500, 'contract.counter_in_the_past');
    const hash = encode(PREFIX.operation, blake2b(bytes));
    const signature = encode(PREFIX.sig, bytes.subarray(-64));
    this.pool.push({ ...operation, hash, signature });
    return ok(hash);
  }

  private heads(): Reply {
    return {
      stream: (write) => {
        let told = '';
        const tell = () => {
          const { hash, level, predecessor } = this.head;
          if (hash !== told) write({ hash, level, predecessor });
          told = hash;
        };
        tell();
        const timer = setInterval(tell, 10);
        this.listeners++;
        return () => {
          clearInterval(timer);
          this.listeners--;
        };
      },
    };
  }
}

function withoutReceipts(operation: object): object {
  const { contents, ...rest } = operation as { contents: Record<string, unknown>[] };
  return { ...rest, contents: contents.map(({ metadata: _, ...each }) => each), metadata: 'too large' };
}
