import { type Block, isVote, type Operation } from './block';

/** A signature that reached the network, as a test wants to see it. */
export interface SeenSignature {
  readonly kind: string;
  readonly level: number;
  readonly round: number;
  readonly delegate: string;
  readonly hash: string;
  /** Peer ids of the nodes that brought it. */
  readonly via: string;
  readonly atMs: number;
}

export interface DoubleSigning {
  readonly kind: string;
  readonly level: number;
  readonly round: number;
  readonly delegate: string;
  readonly hashes: readonly [string, string];
}

/**
 * Everything signed that reached the network, and what of it the protocol punishes (signing.md section 0, fact 1): two
 * blocks of one level and round with different hashes (the hash covers the signature); two votes of one kind, level and
 * round with different payload or branch, whatever their signatures.
 */
export class Evidence {
  readonly signatures: SeenSignature[] = [];
  readonly doubles: DoubleSigning[] = [];
  private readonly first = new Map<string, { hash: string; identity: string }>();

  seeBlock(block: Block, via: string): void {
    const { level, round, baker: delegate, hash } = block;
    this.see({ kind: 'block', level, round, delegate, hash, via, atMs: Date.now() }, hash);
  }

  seeOperation(operation: Operation, via: string): void {
    const { kind, level, round = 0, delegate = 'unknown', hash, data } = operation;
    if (!isVote(operation) || level === undefined) return;
    const bytes = Buffer.from(data, 'hex');
    const [branch, payload] = [bytes.subarray(0, 32), bytes.subarray(43, 75)];
    const identity = kind === 'endorsement' ? branch.toString('hex') : Buffer.concat([branch, payload]).toString('hex');
    this.see({ kind, level, round, delegate, hash, via, atMs: Date.now() }, identity);
  }

  private see(signature: SeenSignature, identity: string): void {
    const { kind, level, round, delegate, hash } = signature;
    const key = `${kind} ${level} ${round} ${delegate}`;
    const known = this.first.get(key);
    if (known?.hash === hash) return;
    this.signatures.push(signature);
    if (!known) this.first.set(key, { hash, identity });
    else if (known.identity !== identity) {
      this.doubles.push({ kind, level, round, delegate, hashes: [known.hash, hash] });
    }
  }
}
