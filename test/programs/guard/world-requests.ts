import { RequestReader } from '../../../programs/guard/asked-request';
import type { GuardConfig } from '../../../programs/guard/guard.contract';
import { encode, PREFIX } from '../../stand-ins/kit/base58';
import { headerBytes, operationBytes, watermarked } from '../../stand-ins/kit/consensus-bytes';

/** What bakers ask for in the world of guards, byte for byte, and what a device finds in it. */

/** One with a slot in its votes, and one without; both lie in every home. */
export const KEYS = ['tz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSx', 'tz4HVR6aty9KwsQFHh81C1G7gBdhxT8kuHtm'] as const;
export const KINDS = ['block', 'preattestation', 'attestation'] as const;
export type Kind = (typeof KINDS)[number];

export interface Wanted {
  readonly key: string;
  readonly kind: Kind;
  readonly level: number;
  readonly round: number;
  /** A number that tells one payload from another. */
  readonly payload: number;
}

const CHAIN = encode(PREFIX.chainId, Buffer.from('7a06a770', 'hex'));
const branch = encode(PREFIX.block, Buffer.alloc(32, 7));

/** The forms once, from an encoder that is not the guard's; level, round and payload are written over. */
const forms: ReadonlyMap<string, Buffer> = new Map(
  KEYS.flatMap((key) => KINDS.map((kind) => [`${key} ${kind}`, formOf(key, kind)] as const)),
);

function formOf(key: string, kind: Kind): Buffer {
  if (kind === 'block') {
    const facts = { level: 1, round: 0, predecessor: branch, predecessorRound: 0, timestamp: 0, protocolNumber: 24 };
    return watermarked(kind, CHAIN, headerBytes({ ...facts, content: Buffer.from('x'), legacy: false }));
  }
  const facts = { branch, slot: 3, level: 1, round: 0, payloadHash: Buffer.alloc(32) };
  return watermarked(kind, CHAIN, operationBytes(kind, facts, key.startsWith('tz4')));
}

/** Where what stands, after findings.md, "Signing"; a block says its level in its fitness once more. */
function placesIn(bytes: Buffer, key: string): { level: number[]; round: number; payload: number } {
  if (bytes[0] === 0x11) {
    const fitness = 83 + bytes.readInt32BE(83);
    return { level: [5, 96], round: fitness, payload: 10 };
  }
  const level = key.startsWith('tz4') ? 38 : 40;
  return { level: [level], round: level + 4, payload: level + 8 };
}

/** The text that a baker sends; now and then not as the guard would write it. */
export function bodyOf({ key, kind, level, round, payload }: Wanted, oddly: boolean): string {
  const bytes = Buffer.from(forms.get(`${key} ${kind}`) as Buffer);
  const places = placesIn(bytes, key);
  for (const at of places.level) bytes.writeInt32BE(level, at);
  bytes.writeInt32BE(round, places.round);
  bytes.writeInt32BE(payload, places.payload);
  const hex = bytes.toString('hex');
  return oddly ? `"${hex.toUpperCase()}" ` : `"${hex}"`;
}

/** What a device finds in what reached it; undefined if it is not as a guard writes. */
export function foundIn(path: string, body: string): Wanted | undefined {
  const key = path.slice('/keys/'.length);
  const hex = body.slice(1, -1);
  const bytes = Buffer.from(hex, 'hex');
  if (`"${bytes.toString('hex')}"` !== body) return undefined;
  const kind = KINDS[bytes[0] - 0x11];
  const { level, round, payload } = placesIn(bytes, key);
  const read = (at: number) => bytes.readInt32BE(at);
  return { key, kind, level: read(level[0]), round: read(round), payload: read(payload) };
}

const keys = KEYS.map((address) => ({ address, publicKey: '', role: 'delegate' }) as const);
const tags = {
  firstBytes: [0x11, 0x12, 0x13],
  preattestation: { slot: [20], slotless: [40] },
  attestation: { slot: [21], slotWithDal: [23], slotless: [41] },
  endorsement: [],
};

/** The guard's own reading of it. */
export const reader = new RequestReader({ chain: { id: CHAIN, tags }, keys } as unknown as GuardConfig);

/** By level, then by round: the test's own comparison. */
export function isAbove(
  a: { readonly level: number; readonly round: number },
  b: { readonly level: number; readonly round: number },
): boolean {
  return a.level > b.level || (a.level === b.level && a.round > b.round);
}
