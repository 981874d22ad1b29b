import { sha256 } from '@noble/hashes/sha2';
import { createBase58check } from '@scure/base';
import { FormError } from '../runtime/binary-form';
import type { AskedKey, GuardConfig, KeyConfig } from './guard.contract';
import type { Asked } from './guard-core';
import { readRequest } from './signing-request';

/** A request that is refused before anything is decided about it. */
export class NotUnderstood extends Error {
  constructor(
    /** HTTP code. */
    readonly status: 400 | 403 | 404,
    message: string,
  ) {
    super(message);
  }
}

/** First bytes of a chain id's text (src/lib_crypto/base58.ml). */
const chainPrefix = [87, 82, 0];
const HEX = /^"((?:[0-9a-f]{2})+)"\s*$/i;
const ADDRESS = /^tz[1-4][1-9A-HJ-NP-Za-km-z]{33}$/;
/** Octez sends the version of the signature that it wants, and nothing else to a signer that asks for no credentials. */
const QUERY = /^(?:\?version=(\d))?$/;

/** Reads what bakers ask to sign. */
export class RequestReader {
  private readonly chainId: Uint8Array;
  private readonly keys: ReadonlyMap<string, KeyConfig>;

  constructor(private readonly config: GuardConfig) {
    const bytes = createBase58check(sha256).decode(config.chain.id);
    this.chainId = bytes.slice(chainPrefix.length);
    this.keys = new Map(config.keys.map((key) => [key.address, key]));
  }

  /** Throws NotUnderstood with status 404 if it is none of the bakery's. */
  key(address: string): KeyConfig {
    if (!ADDRESS.test(address)) throw new NotUnderstood(400, 'not an address');
    const key = this.keys.get(address);
    if (!key) throw new NotUnderstood(404, `nobody here signs with ${address}`);
    return key;
  }

  /** `query`: from the question mark on, or ''. Throws NotUnderstood. */
  read(address: string, query: string, body: string): Asked {
    const key = this.key(address);
    const version = QUERY.exec(query)?.[1];
    if (!QUERY.test(query)) throw new NotUnderstood(400, 'a query that bakers do not send');
    const hex = HEX.exec(body)?.[1];
    if (hex === undefined) throw new NotUnderstood(400, 'not a JSON text of hexadecimal digits');
    const asked: AskedKey = { curve: address.slice(0, 3) as AskedKey['curve'], role: key.role };
    try {
      const { tags } = this.config.chain;
      const { bytes, kind, level, round } = readRequest(Buffer.from(hex, 'hex'), asked, this.chainId, tags);
      const path = `/keys/${address}${version === undefined ? '' : `?version=${version}`}`;
      return { key: address, kind, level, round, path, body: JSON.stringify(Buffer.from(bytes).toString('hex')) };
    } catch (error) {
      if (error instanceof FormError) throw new NotUnderstood(403, error.message);
      throw error;
    }
  }
}
