import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HidFile } from './hid-file';
import { type LedgerSight, lookAt } from './ledger-questions';
import { Unfit } from './unfit';

/** For one step. A Ledger takes some milliseconds, and somebody who wants a signature may wait for it. */
const STEP_MS = 300;
/** To close it. What takes longer hangs in the kernel, and takes seconds. */
const CLOSE_MS = 20;

const LEDGER_VENDOR = '2c97';

/**
 * It is plugged in, and the kernel shows it to nobody: whoever uses it by libusb takes it away from the kernel, and one
 * that is killed meanwhile does not give it back. octez-signer may sign with it all the same.
 */
export class Hidden extends Error {}

/** The Ledger at this machine. */
export class Ledger {
  /** Something that the kernel has not let go of yet. */
  private held: Promise<unknown> | undefined;

  constructor(
    private readonly path: string,
    /** `/sys` */
    private readonly sys: string,
  ) {}

  /**
   * Looks at it, and closes it: octez-signer opens it anew for each signature. Undefined if `isWanted` became true
   * between two steps. Throws Unfit, or Hidden.
   */
  async look(isWanted: () => boolean): Promise<LedgerSight | undefined> {
    if (this.held) throw new Unfit('hangs');
    const file = await this.opened();
    try {
      return await lookAt((command) => {
        if (isWanted()) throw new GaveWay();
        return file.exchange(command, STEP_MS);
      });
    } catch (error) {
      if (error instanceof GaveWay) return undefined;
      throw error;
    } finally {
      const closed = file.close();
      this.hold(closed);
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, CLOSE_MS))]);
    }
  }

  private async opened(): Promise<HidFile> {
    try {
      return await HidFile.open(this.path, STEP_MS, (closed) => this.hold(closed));
    } catch (error) {
      const isGone = error instanceof Unfit && error.problem.reason === 'absent';
      throw isGone && (await isPlugged(this.sys)) ? new Hidden() : error;
    }
  }

  private hold(closed: Promise<unknown>): void {
    this.held = closed;
    closed.then(() => {
      this.held = undefined;
    });
  }
}

class GaveWay extends Error {}

/** Whether a Ledger is among the USB devices. */
async function isPlugged(sys: string): Promise<boolean> {
  const folder = join(sys, 'bus/usb/devices');
  const devices = await readdir(folder).catch(() => []);
  const vendors = devices.map((each) => readFile(join(folder, each, 'idVendor'), 'utf8').catch(() => ''));
  return (await Promise.all(vendors)).some((vendor) => vendor.trim() === LEDGER_VENDOR);
}
