import type { Signed } from '../kit/consensus-bytes';
import { MAGIC, parseSigned } from '../kit/consensus-bytes';
import { PACKET_BYTES, PacketReader, packetsOf, REPORT_BYTES } from './ledger-packets';

/** A path below the seed, as the device has it: numbers, hardened where the top bit is set. */
export type KeyPath = readonly number[];

export interface LedgerParts {
  /** P2 of its commands: 0 ed25519, 1 secp256k1, 2 secp256r1, 3 bip32-ed25519. */
  readonly curve: number;
  /** Of the key that it is told to bake with. */
  readonly path: KeyPath;
  /** Four bytes, as the device has it. */
  readonly chain: Buffer;
  /** Signs what the rules let through: 64 bytes. */
  readonly sign: (data: Buffer) => Buffer;
  /** What its app does for a signature, by the Nano S Plus: 229 ms. */
  readonly signingMs: number;
}

interface Mark {
  level: number;
  round: number;
  hasAttested: boolean;
  hasPreattested: boolean;
}

const OK = 0x9000;
const LOCKED = 0x5515;
const SECURITY = 0x6982;
const WRONG_VALUES = 0x6a80;
const NOT_SET = 0x6a88;
const NO_SUCH_COMMAND = 0x6d00;
const NO_SUCH_CLASS = 0x6e00;
const PARSE = 0x9405;

/** A refusal, by its status word. */
class Refused extends Error {
  constructor(readonly word: number) {
    super(`0x${word.toString(16)}`);
  }
}

/**
 * A Ledger with the baking app, from the outside of its USB plug: packets in, packets out, one command at a time
 * (signing.md 4 to 6). Its one mark over all kinds is raised before it signs, and outlives the plug.
 */
export class Ledger {
  isLocked = false;
  /** It takes commands and answers none of them. */
  isHanging = false;
  /** BOLOS: no app is open. */
  app = 'Tezos Baking';
  authorized: { curve: number; path: KeyPath } | undefined;
  /** Before each answer, milliseconds. */
  slowMs = 0;
  readonly mark: Mark = { level: 0, round: 0, hasAttested: false, hasPreattested: false };
  /** What programs sent that no device understands: two that talk at once do. */
  readonly garbage: string[] = [];
  readonly commands: string[] = [];
  /** Called when the whole of a command has come, before it is carried out. */
  onCommand: (instruction: number) => void = () => {};
  private reader = new PacketReader();
  private rest = Buffer.alloc(0);
  private chosen: { curve: number; path: KeyPath } | undefined;
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly parts: LedgerParts) {
    this.authorized = { curve: parts.curve, path: parts.path };
  }

  /** Bytes that programs have written; `reply` is given packets. */
  feed(bytes: Buffer, reply: (packet: Buffer) => void): void {
    this.rest = Buffer.concat([this.rest, bytes]);
    while (this.rest.length >= REPORT_BYTES) {
      const report = this.rest.subarray(0, REPORT_BYTES);
      this.rest = this.rest.subarray(REPORT_BYTES);
      this.packet(report, reply);
    }
  }

  /** The plug is out: what was under way is forgotten, and so is that it was unlocked. */
  unplug(): void {
    this.rest = Buffer.alloc(0);
    this.reader = new PacketReader();
    this.chosen = undefined;
    this.isLocked = true;
    this.app = 'BOLOS';
  }

  /** A person enters the PIN and opens the app. */
  open(): void {
    this.isLocked = this.isHanging = false;
    this.app = 'Tezos Baking';
    this.slowMs = 0;
    this.authorized = { curve: this.parts.curve, path: this.parts.path };
  }

  private packet(report: Buffer, reply: (packet: Buffer) => void): void {
    try {
      if (report[0] !== 0) throw new Error(`a report of the number ${report[0]}`);
      const command = this.reader.take(report.subarray(1, 1 + PACKET_BYTES));
      if (!command) return;
      this.queue = this.queue.then(() => this.carryOut(command, reply));
    } catch (error) {
      this.garbage.push((error as Error).message);
    }
  }

  private async carryOut(command: Buffer, reply: (packet: Buffer) => void): Promise<void> {
    this.commands.push(command.subarray(0, 4).toString('hex'));
    if (this.commands.length > 500) this.commands.shift();
    this.onCommand(command[1] ?? 0);
    if (this.slowMs > 0) await pause(this.slowMs);
    if (this.isHanging) return;
    let data: Buffer = Buffer.alloc(0);
    let word = OK;
    try {
      data = await this.answer(command);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      word = error.word;
    }
    const status = Buffer.alloc(2);
    status.writeUInt16BE(word);
    for (const packet of packetsOf(Buffer.concat([data, status]))) reply(packet);
  }

  private async answer(command: Buffer): Promise<Buffer> {
    const [class_ = 0, instruction = 0, p1 = 0, p2 = 0, length = 0] = command;
    const data = command.subarray(5, 5 + length);
    if (data.length !== length || command.length > 5 + length) throw new Refused(PARSE);
    if (this.isLocked) throw new Refused(LOCKED);
    if (class_ === 0xb0 && instruction === 0x01) return this.name();
    if (this.app !== 'Tezos Baking' || class_ !== 0x80) throw new Refused(NO_SUCH_CLASS);
    if (instruction === 0x00) return Buffer.from([1, 2, 5, 0]);
    if (instruction === 0x0d) return this.authorizedPath();
    if (instruction === 0x0b) return this.marks();
    if (instruction === 0x04) return this.signing(p1, p2, data);
    throw new Refused(NO_SUCH_COMMAND);
  }

  private name(): Buffer {
    const [name, version] = [this.app, this.app === 'BOLOS' ? '1.1.2' : '2.5.0'].map((text) => Buffer.from(text));
    return Buffer.concat([
      Buffer.from([1, name!.length]),
      name!,
      Buffer.from([version!.length]),
      version!,
      Buffer.from([1, 0]),
    ]);
  }

  private authorizedPath(): Buffer {
    if (!this.authorized) throw new Refused(NOT_SET);
    const { curve, path } = this.authorized;
    return Buffer.concat([Buffer.from([curve, path.length]), ...path.map(uint32)]);
  }

  private marks(): Buffer {
    const { level, round } = this.mark;
    return Buffer.concat([uint32(level), uint32(round), uint32(0), uint32(0), this.parts.chain]);
  }

  /** First the path, then the data, whole. */
  private async signing(p1: number, curve: number, data: Buffer): Promise<Buffer> {
    if (p1 === 0x00) {
      const path = Array.from({ length: data[0] ?? 0 }, (_, i) => data.readUInt32BE(1 + 4 * i));
      this.chosen = { curve, path };
      return Buffer.alloc(0);
    }
    const { chosen, authorized, parts } = this;
    if (p1 !== 0x81 || !chosen) throw new Refused(PARSE);
    this.chosen = undefined;
    if (!authorized || `${chosen.curve} ${chosen.path}` !== `${authorized.curve} ${authorized.path}`)
      throw new Refused(SECURITY);
    if (!Object.values(MAGIC).includes(data[0] ?? 0)) throw new Refused(PARSE);
    const signed = parseSigned(data, false);
    if (!signed) throw new Refused(PARSE);
    this.raise(signed);
    await pause(parts.signingMs);
    return derOf(parts.sign(data));
  }

  /** Its mark, before it signs. Refuses the same bytes too. */
  private raise({ kind, level, round }: Signed): void {
    const { mark } = this;
    const isSame = level === mark.level && round === mark.round;
    const mayFollow =
      (kind === 'attestation' && !mark.hasAttested) ||
      (kind === 'preattestation' && !mark.hasAttested && !mark.hasPreattested);
    const isAbove = level > mark.level || (level === mark.level && round > mark.round);
    if (!isAbove && !(isSame && mayFollow)) throw new Refused(WRONG_VALUES);
    mark.hasAttested = kind === 'attestation' || (isSame && mark.hasAttested);
    mark.hasPreattested = kind === 'preattestation' || (isSame && mark.hasPreattested);
    mark.level = level;
    mark.round = round;
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** An ECDSA signature of 64 bytes as the device writes it. */
function derOf(signature: Buffer): Buffer {
  const numbers = [signature.subarray(0, 32), signature.subarray(32)].map((number) => {
    const plain = Buffer.concat([Buffer.from([0]), number]);
    const start = plain.findIndex((byte, i) => byte !== 0 || (plain[i + 1] ?? 0x80) >= 0x80);
    const bytes = plain.subarray(start);
    return Buffer.concat([Buffer.from([2, bytes.length]), bytes]);
  });
  const whole = Buffer.concat(numbers);
  return Buffer.concat([Buffer.from([0x30, whole.length]), whole]);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
