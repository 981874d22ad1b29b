import { decode, PREFIX } from '../../stand-ins/kit/base58';
import { blake2b } from '../../stand-ins/kit/blake2b';
import { headerBytes, operationBytes, watermarked } from '../../stand-ins/kit/consensus-bytes';

/** The genesis block of mainnet: some block. */
const BRANCH = 'BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW2';

export type Kind = 'block' | 'preattestation' | 'attestation' | 'attestation with DAL';

/** What a baker wants signed. `payload`: two of them are two things. */
export interface Wish {
  readonly chain: string;
  readonly kind: Kind;
  readonly level: number;
  readonly round?: number;
  readonly payload?: string;
}

export function bytesOf({ chain, kind, level, round = 0, payload = '' }: Wish): Buffer {
  const content = Buffer.from(payload);
  if (kind === 'block') {
    const facts = { level, round, predecessor: BRANCH, predecessorRound: 0, protocolNumber: 25, legacy: false };
    return watermarked('block', chain, headerBytes({ ...facts, timestamp: 1_790_000_000, content }));
  }
  const operation = kind === 'preattestation' ? 'preattestation' : 'attestation';
  const dal = kind === 'attestation with DAL' ? { dal: 5 } : {};
  const facts = { branch: BRANCH, slot: 7, level, round, payloadHash: blake2b(content), ...dal };
  return watermarked(operation, chain, operationBytes(operation, facts));
}

/** A transfer of one mutez between two accounts that are a hash, ready to be signed. */
export function transferBytes(): Buffer {
  const account = Buffer.concat([Buffer.from([1]), Buffer.alloc(20, 7)]);
  const numbers = Buffer.from([0, 1, 0, 0, 1]); // fee, counter, gas, storage, amount
  return Buffer.concat([
    Buffer.from([0x03]),
    decode(PREFIX.block, BRANCH),
    ...[Buffer.from([108]), account, numbers, Buffer.from([0]), account, Buffer.from([0])],
  ]);
}

/** An endorsement as it was before Ithaca. */
export function oldEndorsementBytes(chain: string): Buffer {
  return watermarked('endorsement', chain, Buffer.concat([decode(PREFIX.block, BRANCH), Buffer.from([0, 0, 0, 0, 9])]));
}

/** What is signed of bytes, in hex. */
export const digestOf = (bytes: Buffer) => blake2b(bytes).toString('hex');
