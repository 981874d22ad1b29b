import { HidFile } from './hid-file';
import { type LedgerSight, lookAt } from './ledger-questions';
import { Unfit } from './unfit';

/** For one step. A Ledger takes some milliseconds, and somebody who wants a signature may wait for it. */
const STEP_MS = 300;
/** To close it. What takes longer hangs in the kernel, and takes seconds. */
const CLOSE_MS = 20;

/** The Ledger at this machine. */
export class Ledger {
  /** Something that the kernel has not let go of yet. */
  private held: Promise<unknown> | undefined;

  constructor(private readonly path: string) {}

  /**
   * Looks at it, and closes it: octez-signer opens it anew for each signature. Undefined if `isWanted` became true
   * between two steps. Throws Unfit.
   */
  async look(isWanted: () => boolean): Promise<LedgerSight | undefined> {
    if (this.held) throw new Unfit('hangs');
    const file = await HidFile.open(this.path, STEP_MS, (closed) => this.hold(closed));
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

  private hold(closed: Promise<unknown>): void {
    this.held = closed;
    closed.then(() => {
      this.held = undefined;
    });
  }
}

class GaveWay extends Error {}
