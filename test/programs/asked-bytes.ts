import { createHash } from 'node:crypto';
import { encode, PREFIX } from '../stand-ins/kit/base58';
import { operationBytes, watermarked } from '../stand-ins/kit/consensus-bytes';
import { CHAIN } from './home';

export interface Vote {
  readonly level: number;
  readonly round?: number;
  readonly kind?: 'preattestation' | 'attestation';
  /** What is voted for. */
  readonly payload?: string;
  readonly chain?: string;
}

const hash = (text: string) => createHash('sha256').update(text).digest();

/** The hex of what a baker of tz1 to tz3 asks to sign. */
export function voteHex({ level, round = 0, kind = 'attestation', payload = '', chain = CHAIN }: Vote): string {
  const branch = encode(PREFIX.block, hash('branch'));
  const operation = operationBytes(kind, { branch, slot: 3, level, round, payloadHash: hash(payload) });
  return watermarked(kind, chain, operation).toString('hex');
}
