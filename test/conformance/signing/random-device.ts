import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { encode, PREFIX } from '../../stand-ins/kit/base58';
import { parseSigned, type Signed } from '../../stand-ins/kit/consensus-bytes';
import { failure, ok, type Reply, type Request, serve } from '../../stand-ins/kit/http-server';
import { SignerMarks } from '../../stand-ins/signer/signer-marks';
import type { DoubleChecker } from './double-checker';

/** What an octez-signer and its device refuse by themselves: nothing; what `-W` refuses; what a Ledger refuses too. */
export type Rules = 'none' | 'marks' | 'ledger';

export interface DeviceParts {
  readonly name: string;
  readonly checker: DoubleChecker;
  readonly rules: Readonly<Record<string, Rules>>;
  /** octez-signer's base directory. */
  readonly folder: string;
  readonly signingMs: number;
}

const prefixes: Readonly<Record<string, readonly number[]>> = {
  tz1: PREFIX.edsig,
  tz2: PREFIX.spsig,
  tz3: PREFIX.p2sig,
  tz4: PREFIX.BLsig,
};

/** A Ledger's one mark for each key: over all kinds, in the order in which a round needs them. */
interface LedgerMark {
  level: number;
  round: number;
  step: number;
}
const steps: Readonly<Record<string, number>> = { block: 0, preattestation: 1, attestation: 2 };

/**
 * octez-signer with its device. Every signature is another one, also over the same bytes, so that nothing behind the
 * guard hides what it lets through.
 */
export class RandomDevice {
  isLocked = false;
  isHanging = false;
  port = 0;
  private server: Server | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private readonly marks: SignerMarks;
  private readonly ledger = new Map<string, LedgerMark>();
  /** What it has signed, by key and bytes. */
  private readonly signed = new Set<string>();

  constructor(private readonly parts: DeviceParts) {
    this.marks = new SignerMarks(parts.folder);
  }

  async start(): Promise<this> {
    const { server, port } = await serve({ host: '127.0.0.1', port: this.port }, (request) => this.answer(request));
    this.server = server;
    this.port = port;
    return this;
  }

  stop(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }

  /** Another device with the same keys and marks, as a copied card makes one. */
  cloneTo(other: RandomDevice): void {
    for (const [key, mark] of this.ledger) other.ledger.set(key, { ...mark });
  }

  private async answer({ method, path, body }: Request): Promise<Reply> {
    const [, key = ''] = /^\/keys\/([^/]+)$/.exec(path) ?? [];
    if (!(key in this.parts.rules)) return { status: 404, text: '' };
    if (method === 'GET') return ok({ public_key: key });
    const answer = this.queue.then(() => this.sign(key, body));
    this.queue = answer.catch(() => {});
    return answer.catch((error: Error) => failure(500, 'failure', { msg: error.message }));
  }

  private async sign(key: string, body: string): Promise<Reply> {
    while (this.isHanging) await pause(20);
    if (this.parts.signingMs > 0) await pause(this.parts.signingMs);
    if (this.isLocked) throw new Error('Ledger Application level error: Security status unsatisfied');
    const data = Buffer.from(JSON.parse(body) as string, 'hex');
    const signed = parseSigned(data, key.startsWith('tz4'));
    if (!signed) throw new Error('Cannot parse the level and round of the data to sign');
    this.check(key, signed, data);
    const bytes = randomBytes(key.startsWith('tz4') ? 96 : 64);
    const signature = encode(prefixes[key.slice(0, 3)]!, bytes);
    this.signed.add(slotWords(key, signed));
    if (this.parts.rules[key] !== 'none') this.marks.record(signed, key, data, signature);
    this.parts.checker.see({ where: 'device', key, hex: data.toString('hex'), signature });
    return ok({ signature });
  }

  /** Throws as the real ones refuse. */
  private check(key: string, signed: Signed, data: Buffer): void {
    const { checker, rules } = this.parts;
    const rule = rules[key];
    if (rule === 'none') return;
    if (this.signed.has(slotWords(key, signed))) checker.askedAgain(key, data.toString('hex'));
    if (rule === 'ledger') this.checkLedger(key, signed);
    this.marks.check(signed, key, data);
  }

  private checkLedger(key: string, { kind, level, round }: Signed): void {
    const mark = this.ledger.get(key) ?? { level: 0, round: 0, step: -1 };
    const step = steps[kind] ?? 0;
    const isAbove = level > mark.level || (level === mark.level && round > mark.round);
    const isNext = level === mark.level && round === mark.round && step > mark.step;
    // Its words for a block at a vote's level and round differ: there it wants a higher round.
    if (!isAbove && !(isNext && step > 0)) throw new Error('Ledger Application level error: Incorrect data (0x6a80)');
    this.ledger.set(key, { level, round, step });
  }
}

function slotWords(key: string, { kind, level, round }: Signed): string {
  return `${key} ${kind} ${level} ${round}`;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
