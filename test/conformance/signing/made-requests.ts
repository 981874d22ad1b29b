import { createHash } from 'node:crypto';
import { encode, PREFIX } from '../../stand-ins/kit/base58';
import { headerBytes, operationBytes, watermarked } from '../../stand-ins/kit/consensus-bytes';

/** The chain of these worlds. */
export const CHAIN = encode(PREFIX.chainId, Buffer.from('7a06a770', 'hex'));
export const kinds = ['block', 'preattestation', 'attestation'] as const;
export type Kind = (typeof kinds)[number];

/** What a baker wants signed. */
export interface Wanted {
  readonly key: string;
  readonly kind: Kind;
  readonly level: number;
  readonly round: number;
  /** Of the block that is made or voted for. */
  readonly payload: string;
  /** The block that it stands on. */
  readonly branch: string;
}

const hashOf = (text: string) => createHash('sha256').update(text).digest();

/** Key of that curve; its signatures are random, so that two are never the same. */
export function madeAddress(curve: 'tz1' | 'tz2' | 'tz3' | 'tz4', word: string): string {
  return encode(PREFIX[curve], hashOf(word).subarray(0, 20));
}

/** The bytes as Octez asks for them, in hexadecimal digits. */
export function requestHex({ key, kind, level, round, payload, branch }: Wanted): string {
  const block = encode(PREFIX.block, hashOf(branch));
  if (kind === 'block') {
    const content = Buffer.from(payload);
    const facts = { level, round, predecessor: block, predecessorRound: 0, timestamp: 1_750_000_000 + level };
    return hexOf(kind, headerBytes({ ...facts, protocolNumber: 20, content, legacy: false }));
  }
  const isSlotless = key.startsWith('tz4');
  // Every second level with a word on the data availability layer, as an attester writes it.
  const dal = kind === 'attestation' && level % 2 === 0 ? { dal: level % 60 } : {};
  const facts = { branch: block, slot: 3, level, round, payloadHash: hashOf(payload), ...(isSlotless ? {} : dal) };
  return hexOf(kind, operationBytes(kind, facts, isSlotless));
}

function hexOf(kind: Kind, bytes: Buffer): string {
  return watermarked(kind, CHAIN, bytes).toString('hex');
}
