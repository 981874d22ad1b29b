import { type Json, objectIn } from '../runtime/json';
import { type CheckedNames, cycleIn, operationIn } from './checked-names';
import { jsonMembers } from './json-members';
import { type CycleSource, type RecordedTotal, type SiteCycle, type SiteRow, type SiteStatus, sum } from './site-rows';
import { countedMutezIn, mutezIn } from './tez-text';

/** 275 bytes of each delegator, of whom there are at most 20,000; three times as many are no reason to stop. */
const MOST_CYCLE_BYTES = 16 * 1024 * 1024;

/** Who keeps the record. */
export const BACKEREI = 'Backerei';

export interface BackereiParts {
  /** Its name, for people. */
  readonly document: string;
  /** Its bytes; an end before the end throws. */
  readonly open: () => Promise<AsyncIterable<Uint8Array>>;
  /** Which rewards it has sent. */
  readonly paid: 'final' | 'estimated';
  readonly names: CheckedNames;
}

/**
 * Backerei's database: one document, written by cryptiumlabs/backerei (1442ffd, app/DB.hs) or by hodl-dot-farm/backerei
 * (45d76a3), which also says what was sent (`payoutAmount`). It has no version; amounts are texts, members that are not
 * known are passed over, and cycles of the future are in it too.
 */
export class BackereiSource implements CycleSource {
  readonly name = BACKEREI;

  constructor(private readonly parts: BackereiParts) {}

  async certain(): Promise<ReadonlySet<number>> {
    return new Set();
  }

  async *read(): AsyncIterable<SiteCycle> {
    const { document, open } = this.parts;
    try {
      for await (const [key, value] of jsonMembers(await open(), 'payoutsByCycle', MOST_CYCLE_BYTES)) {
        yield this.cycle(cycleIn(key, 'payoutsByCycle'), objectIn(value));
      }
    } catch (error) {
      throw new Error(`${document}: ${(error as Error).message}`);
    }
  }

  private cycle(cycle: number, json: Json): SiteCycle {
    const where = `cycle ${cycle}`;
    const delegators = Object.entries(objectIn(json.delegators));
    const read = delegators.map(([address, each]) => this.delegator(address, objectIn(each), where));
    const { denominator, numerator } = objectIn(json.fee);
    return {
      cycle,
      source: this.name,
      rows: read.map(({ row }) => row),
      totals: totalsOf(json, read),
      fee: feeText(numerator, denominator),
      problems: [],
    };
  }

  private delegator(address: string, json: Json, where: string): ReadDelegator {
    const delegator = this.parts.names.address(address, where);
    try {
      return this.rewards(delegator, json);
    } catch (error) {
      throw new Error(`${where}, ${delegator}, ${(error as Error).message}`);
    }
  }

  private rewards(delegator: string, json: Json): ReadDelegator {
    const of = (name: string) => countedMutezIn(json[name], name);
    const estimated = of('estimatedRewards');
    const final = json.finalRewards === undefined ? undefined : of('finalRewards');
    const operation = operationIn(json.payoutOperationHash, 'payoutOperationHash');
    const asConfigured = this.parts.paid === 'final' ? final : estimated;
    const paid = json.payoutAmount === undefined ? asConfigured : of('payoutAmount');
    if (operation !== undefined && paid === undefined) {
      throw new Error('finalRewards: there are none, and it is paid: were estimated rewards paid?');
    }
    const reward = final ?? estimated;
    const unsent = { isWithheld: json.payoutAmount !== undefined && paid === 0n, final };
    const status = operation === undefined ? unsentStatus(unsent) : 'sent';
    const row: SiteRow = { delegator, balance: of('balance'), reward, status, ...(operation && { operation, paid }) };
    return { row, estimated, final };
  }
}

/** A reward of 0 is never sent, nor what is withheld for what was paid too much before. */
function unsentStatus({ isWithheld, final }: { isWithheld: boolean; final: bigint | undefined }): SiteStatus {
  if (isWithheld) return 'not paid';
  return final === 0n ? 'below minimum' : 'estimated';
}

interface ReadDelegator {
  readonly row: SiteRow;
  readonly estimated: bigint;
  readonly final: bigint | undefined;
}

/** It holds of every cycle of Backerei's that what delegators and baker get makes the total. */
function totalsOf(json: Json, read: readonly ReadDelegator[]): RecordedTotal[] {
  const baker = (name: string) => mutezIn(objectIn(json[name]).totalRewards, `${name}.totalRewards`);
  const estimated = {
    what: 'estimated rewards',
    recorded: mutezIn(json.estimatedTotalRewards, 'estimatedTotalRewards'),
    rows: sum(read, (each) => each.estimated) + baker('estimatedBakerRewards'),
  };
  if (json.finalTotalRewards === undefined) return [estimated];
  const final = {
    what: 'final rewards',
    recorded: mutezIn(objectIn(json.finalTotalRewards).paid, 'finalTotalRewards.paid'),
    rows: sum(read, (each) => each.final) + baker('finalBakerRewards'),
  };
  return [estimated, final];
}

/** A fraction in percent with at most two decimals, cut off; exact for what bakers ask. */
function feeText(numerator: unknown, denominator: unknown): string {
  const isWhole = [numerator, denominator].every((each) => Number.isSafeInteger(each) && (each as number) >= 0);
  if (!isWhole || denominator === 0) throw new Error('fee: a fraction of whole numbers was expected');
  const hundredths = (BigInt(numerator as number) * 10_000n) / BigInt(denominator as number);
  const text = `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;
  return `${text.replace(/\.?0+$/, '')} %`;
}
