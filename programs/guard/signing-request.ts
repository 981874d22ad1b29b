import { type Form, FormError, readWhole, written } from '../runtime/binary-form';
import type { AskedKey, SignedTags } from './guard.contract';
import {
  endorsement,
  mustAgree,
  priorityBlock,
  roundBlock,
  slotlessVote,
  slotVote,
  slotVoteWithDal,
} from './signed-forms';

/** What may be signed once per level and round. An attestation with a word on the data availability layer is one. */
export const kinds = ['block', 'preattestation', 'attestation'] as const;
export type Kind = (typeof kinds)[number];

/** What a request asks to sign, understood. */
export interface SigningRequest {
  readonly kind: Kind;
  readonly level: number;
  /** 0 where the protocol has priorities: there a level is signed once. */
  readonly round: number;
  /** What is signed: our own encoding of what was understood, never the bytes that came. */
  readonly bytes: Uint8Array;
}

/** Version that a fitness of a protocol with rounds starts with (`fitness_version_number`). */
const ROUND_FITNESS_VERSION = 2;
const TAG_OFFSET = 1 + 4 + 32;

/**
 * Understands what a baker asks to sign. `chainId`: the four bytes of the chain. Throws FormError with what is
 * wrong: such a request is never forwarded.
 */
export function readRequest(bytes: Uint8Array, key: AskedKey, chainId: Uint8Array, known: SignedTags): SigningRequest {
  const [first, ...rest] = bytes;
  const body = Uint8Array.from(rest);
  if (first === undefined) throw new FormError('nothing to sign');
  if (!known.firstBytes.includes(first)) throw new FormError(`first byte ${hex(first)} is not what bakers sign here`);
  const read = understood(first, body, { key, known, tag: bytes[TAG_OFFSET] });
  if (key.role === 'companion' && read.kind !== 'attestation') {
    throw new FormError(`a companion key signs attestations alone, not a ${read.kind}`);
  }
  if (!same(read.chainId, chainId)) throw new FormError('another chain');
  const own = Uint8Array.of(first, ...read.encoded);
  // It would mean that two texts are read as one.
  if (!same(own, bytes)) throw new FormError('not written as Octez writes it');
  return { kind: read.kind, level: read.level, round: read.round, bytes: own };
}

interface Understood {
  readonly kind: Kind;
  readonly level: number;
  readonly round: number;
  readonly chainId: Uint8Array;
  readonly encoded: Uint8Array;
}

interface Asked {
  readonly key: AskedKey;
  readonly known: SignedTags;
  readonly tag: number | undefined;
}

function understood(first: number, body: Uint8Array, asked: Asked): Understood {
  switch (first) {
    case 0x01: {
      const block = readWhole(priorityBlock, body);
      return {
        kind: 'block',
        level: block.level,
        round: 0,
        chainId: block.chainId,
        encoded: written(priorityBlock, block),
      };
    }
    case 0x02: {
      mustBeKnown(asked.known.endorsement, asked.tag);
      const operation = readWhole(endorsement, body);
      const { level, chainId } = operation;
      return { kind: 'attestation', level, round: 0, chainId, encoded: written(endorsement, operation) };
    }
    case 0x11: {
      const block = readWhole(roundBlock, body);
      mustAgree(block);
      if (block.fitness.version !== ROUND_FITNESS_VERSION)
        throw new FormError(`fitness of version ${block.fitness.version}`);
      const { level, fitness, chainId } = block;
      return { kind: 'block', level, round: fitness.round, chainId, encoded: written(roundBlock, block) };
    }
    case 0x12:
      return voteOf('preattestation', body, asked);
    case 0x13:
      return voteOf('attestation', body, asked);
    default:
      throw new FormError(`first byte ${hex(first)} is nothing that is read here`);
  }
}

function voteOf(kind: 'preattestation' | 'attestation', body: Uint8Array, { key, known, tag }: Asked): Understood {
  const { slot, slotless } = known[kind];
  const withDal = kind === 'attestation' ? known.attestation.slotWithDal : [];
  if (key.curve === 'tz4') {
    mustBeKnown(slotless, tag);
    return voteIn(kind, slotlessVote, body);
  }
  mustBeKnown([...slot, ...withDal], tag);
  return slot.includes(tag as number) ? voteIn(kind, slotVote, body) : voteIn(kind, slotVoteWithDal, body);
}

function voteIn<T extends Omit<Understood, 'kind' | 'encoded'>>(
  kind: Kind,
  form: Form<T>,
  body: Uint8Array,
): Understood {
  const vote = readWhole(form, body);
  return { kind, level: vote.level, round: vote.round, chainId: vote.chainId, encoded: written(form, vote) };
}

function mustBeKnown(tags: readonly number[], tag: number | undefined): void {
  if (tag === undefined || !tags.includes(tag)) throw new FormError(`an operation of tag ${tag ?? '(none)'}`);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((each, i) => each === b[i]);
}

function hex(number: number): string {
  return `0x${number.toString(16).padStart(2, '0')}`;
}
