import { join } from 'node:path';
import { decode, PREFIX } from '../kit/base58';
import { blake2b } from '../kit/blake2b';
import { int32 } from '../kit/consensus-bytes';
import { readJson, replaceFile, toJson } from '../kit/files';
import { randomOrSeeded } from '../kit/randomness';

/** `<chain>_stateful_nonces`: random, so that losing the base directory forfeits their revelation (octez.md 5). */
interface Nonce {
  readonly level: number;
  readonly cycle: number;
  readonly nonce: string;
}

export class Nonces {
  private readonly path: string;

  constructor(baseDir: string, chainId: string) {
    this.path = join(baseDir, `${chainId.slice(0, 13)}_stateful_nonces`);
  }

  private get all(): Nonce[] {
    return readJson<Nonce[]>(this.path) ?? [];
  }

  /** What the block of that level commits to; kept before the block is signed. */
  commit(level: number, cycle: number): Buffer {
    const nonce = randomOrSeeded(`nonce ${this.path} ${level}`);
    const others = this.all.filter((each) => each.level !== level);
    replaceFile(this.path, toJson([...others, { level, cycle, nonce: nonce.toString('hex') }]));
    return blake2b(nonce);
  }

  /** Operations that reveal what past cycles committed to; each comes once. */
  reveal(cycle: number, branch: string): string[] {
    const due = this.all.filter((each) => each.cycle < cycle);
    if (due.length === 0) return [];
    replaceFile(this.path, toJson(this.all.filter((each) => each.cycle >= cycle)));
    const bytes = ({ level, nonce }: Nonce) =>
      Buffer.concat([decode(PREFIX.block, branch), Buffer.from([1]), int32(level), Buffer.from(nonce, 'hex')]);
    return due.map((each) => bytes(each).toString('hex'));
  }
}
