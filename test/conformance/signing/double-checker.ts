import { type Kind, parseSigned } from '../../stand-ins/kit/consensus-bytes';

/** Something that was signed, as it was seen somewhere. */
export interface Seen {
  /** Where: a device, the way behind a tunnel, a baker. */
  readonly where: string;
  readonly key: string;
  /** What was asked, in hexadecimal digits. */
  readonly hex: string;
  readonly signature: string;
}

interface First extends Seen {
  readonly atMs: number;
}

/**
 * Two signatures of one slot are what must never be. This reads bytes and signatures where they pass, with a parser that
 * the guard does not have, and knows nothing else.
 */
export class DoubleChecker {
  readonly doubles: string[] = [];
  /** Signatures that bakers have. */
  heard = 0;
  readonly counts = new Map<string, number>();
  private readonly first = new Map<string, First>();

  see(seen: Seen): void {
    const { where, key, hex, signature } = seen;
    this.counts.set(where, (this.counts.get(where) ?? 0) + 1);
    if (where === 'baker') this.heard++;
    const slot = slotOf(key, hex);
    const first = this.first.get(slot ?? '');
    if (slot === undefined) this.found(`${where}: something was signed that is no block and no vote: ${hex}`);
    else if (!first) this.first.set(slot, { ...seen, atMs: performance.now() });
    else if (first.hex !== hex) this.found(`${slot}: two payloads, ${this.words(first)}, and at ${where}: ${hex}`);
    else if (first.signature !== signature) {
      this.found(`${slot}: two signatures, ${this.words(first)} ${first.signature}, and at ${where}: ${signature}`);
    }
  }

  /** A device was asked for what it had signed already, and said no: without its own mark there were two. */
  askedAgain(key: string, hex: string): void {
    this.found(`${slotOf(key, hex)}: its device was asked twice`);
  }

  /** Slots of which there is a signature. */
  get signed(): number {
    return this.first.size;
  }

  private words({ where, hex, atMs }: First): string {
    return `first at ${where} ${Math.round(performance.now() - atMs)} ms ago: ${hex}`;
  }

  private found(what: string): void {
    this.doubles.push(what);
  }
}

/** What may be signed once; undefined for anything else. */
export function slotOf(key: string, hex: string): string | undefined {
  const signed = parseSigned(Buffer.from(hex, 'hex'), key.startsWith('tz4'));
  if (!signed) return undefined;
  const names: Partial<Record<Kind, string>> = { block: 'block', preattestation: 'vote 1', attestation: 'vote 2' };
  const kind = names[signed.kind];
  return kind && [signed.chainId, key, kind, signed.level, signed.round].join(' ');
}
