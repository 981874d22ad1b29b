import { isDestination } from '../runtime/address-texts';

/** Hash of an operation: it stands behind an explorer's URL and names no file. */
const OPERATION = /^o[1-9A-HJ-NP-Za-km-z]{50}$/;
/** What tezpay writes where there is no hash: thirty-two bytes of 0. */
const NO_OPERATION = 'oneDGhZacw99EEFaYDTtWfz5QEhUW3PPVFsHa7GShnLPuDn7gSd';
const BAKER_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/; // bakery files allow no other

/**
 * Addresses become names of files and parts of URLs, so that each is checked whole. Decoding one takes some 20
 * microseconds, and in a hundred cycles it comes a hundred times: it is kept.
 */
export class CheckedNames {
  private readonly known = new Set<string>();

  /** The address itself. Throws unless its checksum is right. */
  address(value: unknown, what: string): string {
    if (typeof value === 'string') {
      if (this.known.has(value)) return value;
      if (isDestination(value)) {
        this.known.add(value);
        return value;
      }
    }
    throw new Error(`${what}: ${JSON.stringify(value)?.slice(0, 80)} is no address`);
  }
}

/** The hash; undefined where there is none. Throws for what is none. */
export function operationIn(value: unknown, what: string): string | undefined {
  if (value === undefined || value === '' || value === NO_OPERATION) return undefined;
  if (typeof value === 'string' && OPERATION.test(value)) return value;
  throw new Error(`${what}: ${JSON.stringify(value)?.slice(0, 80)} is no hash of an operation`);
}

/** A cycle's number. Throws. */
export function cycleIn(value: unknown, what: string): number {
  const number = typeof value === 'string' && /^(0|[1-9]\d{0,8})$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 && number < 1_000_000_000)
    return number;
  throw new Error(`${what}: ${JSON.stringify(value)?.slice(0, 40)} is no number of a cycle`);
}

/** The name, as it stands in URLs. Throws. */
export function bakerName(name: string): string {
  if (BAKER_NAME.test(name)) return name;
  throw new Error(`${JSON.stringify(name)} cannot be a baker's name in a URL`);
}
