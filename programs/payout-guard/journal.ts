import { createHash } from 'node:crypto';
import type { JournalDisk } from './journal-disk';
import type { Entry } from './wallet-entries';

/** A journal that is not as it was written. Nobody may go on as if what can still be read was all. */
export class DamagedJournal extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DamagedJournal';
  }
}

/** An entry is not durable: nothing that depends on it may happen. */
export class NotWritten extends Error {
  constructor(cause: unknown) {
    super(`the journal could not be written: ${(cause as Error).message}`);
    this.name = 'NotWritten';
  }
}

/**
 * What has happened to one wallet, in the order in which it was made durable. A line is its digest over all that stands
 * before it, and JSON with its number: none can be missing, changed or moved without being seen.
 *
 * Only the last line can be there in part, since each is durable before the next one is begun: that one never happened,
 * and nothing has followed from it.
 */
export class Journal {
  /** In the order in which they were written. */
  readonly entries: readonly Entry[];
  private digest = '';
  private count = 0;
  private length = 0;
  private broken: unknown;

  /** Throws DamagedJournal. Nothing is taken from the file that a cut of the power could take back. */
  constructor(private readonly disk: JournalDisk) {
    const bytes = disk.read();
    const entries: Entry[] = [];
    for (let end = bytes.indexOf(NEW_LINE); end >= 0; end = bytes.indexOf(NEW_LINE, this.length)) {
      entries.push(this.readLine(bytes.subarray(this.length, end).toString('utf8')));
      this.length = end + 1;
    }
    if (this.length < bytes.length) disk.truncate(this.length);
    // Another process may have written the last line, and ended before it was durable.
    disk.sync();
    this.entries = entries;
  }

  get bytes(): number {
    return this.length;
  }

  /** What can be known no more of what is on the disk: this process must end, and the next one reads what is there. */
  get isBroken(): boolean {
    return this.broken !== undefined;
  }

  /** When this returns the entry is durable. Throws NotWritten: then it is not there, or the journal is broken. */
  append(entry: Entry): void {
    if (this.isBroken) throw new NotWritten(this.broken);
    const json = JSON.stringify({ number: this.count + 1, entry });
    const digest = digestOf(this.digest, json);
    const line = Buffer.from(`${digest} ${json}\n`);
    try {
      this.disk.append(line);
    } catch (error) {
      this.takeBack();
      throw new NotWritten(error);
    }
    try {
      this.disk.sync();
    } catch (error) {
      // The system may have dropped what it could not write, and say so once only.
      this.broken = error;
      throw new NotWritten(error);
    }
    this.digest = digest;
    this.count++;
    this.length += line.length;
  }

  /** A part of a line may be there: on a full disk the next one would stand behind it. */
  private takeBack(): void {
    try {
      this.disk.truncate(this.length);
    } catch (error) {
      this.broken = error;
    }
  }

  private readLine(line: string): Entry {
    const [digest, json] = [line.slice(0, DIGITS), line.slice(DIGITS + 1)];
    const number = this.count + 1;
    if (digest !== digestOf(this.digest, json) || line[DIGITS] !== ' ') {
      throw new DamagedJournal(`line ${number} is not as it was written`);
    }
    const read = JSON.parse(json) as { readonly number: number; readonly entry: Entry };
    if (read.number !== number) throw new DamagedJournal(`line ${number} calls itself ${read.number}`);
    this.digest = digest;
    this.count = number;
    return read.entry;
  }
}

const NEW_LINE = 10;
/** SHA-256 as hexadecimal digits. */
const DIGITS = 64;

function digestOf(before: string, json: string): string {
  return createHash('sha256').update(`${before} ${json}`).digest('hex');
}
