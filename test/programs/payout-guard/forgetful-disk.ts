import type { JournalDisk } from '../../../programs/payout-guard/journal-disk';

/** What a file is after a cut of the power: what was made durable, and a part of what was not. */
export class ForgetfulDisk implements JournalDisk {
  private written: Buffer;
  /** So many bytes are free. */
  free = Number.POSITIVE_INFINITY;
  syncFails = false;

  constructor(private durable: Buffer = Buffer.alloc(0)) {
    this.written = durable;
  }

  read(): Buffer {
    return Buffer.from(this.written);
  }

  append(bytes: Uint8Array): void {
    const fits = bytes.subarray(0, Math.max(0, this.free));
    this.written = Buffer.concat([this.written, fits]);
    this.free -= fits.length;
    if (fits.length < bytes.length) throw new Error('ENOSPC: no space left on device');
  }

  truncate(length: number): void {
    this.free += this.written.length - length;
    this.written = this.written.subarray(0, length);
    this.durable = this.written;
  }

  sync(): void {
    if (this.syncFails) throw new Error('EIO: i/o error');
    this.durable = this.written;
  }

  /** `part`, from 0 to 1, of what was not durable is there afterwards. */
  cutPower(part: number): void {
    const pending = this.written.length - this.durable.length;
    this.durable = this.written.subarray(0, this.durable.length + Math.round(part * pending));
    this.written = this.durable;
    this.syncFails = false;
  }

  get copy(): ForgetfulDisk {
    return new ForgetfulDisk(Buffer.from(this.durable));
  }
}
