import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { AnswerPackets, PACKET_BYTES, packetsOf } from './hid-packets';
import { Unfit } from './unfit';

/** Without waiting, since a read that waits for a dead device can never be ended. */
const FLAGS = constants.O_RDWR | constants.O_NONBLOCK;
/** The first byte of a write is the number of the report, and Ledgers number none (Documentation/hid/hidraw.rst). */
const REPORT = Buffer.from([0]);
/** Node cannot be told when there is something to read. A Ledger takes some milliseconds. */
const LOOK_AGAIN_MS = 2;
/** Unplugged, or octez-signer has taken it away from the kernel (libusb). */
const goneCodes: readonly (string | undefined)[] = ['ENOENT', 'ENODEV', 'ENXIO', 'EIO'];

/**
 * One hidraw device, open for as long as a look takes. Every step ends in time, also where the kernel does not let go
 * of it (a write to a dead device takes it five seconds): then `close` resolves when it does.
 */
export class HidFile {
  private constructor(private readonly file: FileHandle) {}

  /** Throws Unfit. `onLate` is given what resolves when a late opening is closed again. */
  static async open(path: string, atMostMs: number, onLate: (closed: Promise<unknown>) => void): Promise<HidFile> {
    const opening = open(path, FLAGS);
    try {
      return new HidFile(await inTime(opening, atMostMs));
    } catch (error) {
      if (error instanceof Late) onLate(opening.then((file) => file.close()).catch(() => {}));
      throw unfit(error);
    }
  }

  /** One command, and its answer with the status word. Throws Unfit. */
  async exchange(command: Uint8Array, atMostMs: number): Promise<Buffer> {
    const untilMs = performance.now() + atMostMs;
    const left = () => untilMs - performance.now();
    try {
      await this.forget(untilMs);
      for (const packet of packetsOf(command)) {
        await inTime(this.file.write(Buffer.concat([REPORT, packet])), left());
      }
      const answer = new AnswerPackets();
      for (;;) {
        const whole = answer.add(await this.packet(untilMs));
        if (whole) return whole;
      }
    } catch (error) {
      throw unfit(error);
    }
  }

  /** Resolves when the system has let go of it. */
  async close(): Promise<void> {
    await this.file.close().catch(() => {}); // it may be unplugged
  }

  /** Reads away what somebody else has asked for. */
  private async forget(untilMs: number): Promise<void> {
    const packet = Buffer.alloc(PACKET_BYTES);
    while ((await this.read(packet, untilMs - performance.now())) > 0)
      if (performance.now() >= untilMs) throw new Late();
  }

  private async packet(untilMs: number): Promise<Buffer> {
    const packet = Buffer.alloc(PACKET_BYTES);
    let length = 0;
    while (length < PACKET_BYTES) {
      const read = await this.read(packet.subarray(length), untilMs - performance.now());
      length += read;
      if (performance.now() >= untilMs) throw new Late();
      if (read === 0) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
    return packet;
  }

  /** How much is there already. */
  private async read(into: Uint8Array, atMostMs: number): Promise<number> {
    try {
      return (await inTime(this.file.read(into, 0, into.length, null), atMostMs)).bytesRead;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      throw error;
    }
  }
}

class Late extends Error {}

function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Late()), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function unfit(error: unknown): Unfit {
  if (error instanceof Unfit) return error;
  if (error instanceof Late) return new Unfit('hangs');
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EAGAIN') return new Unfit('hangs'); // it takes no more
  return goneCodes.includes(code) ? new Unfit('absent') : new Unfit('trouble', message);
}
