import {
  anyNumber,
  byte,
  count,
  type Form,
  FormError,
  fixed,
  int32,
  optional,
  parts,
  sized,
} from '../runtime/binary-form';

/**
 * What bakers sign, byte for byte, without the first byte, which tells them apart.
 *
 * Sources (tezos-mirror d26a8bef): lib_base/block_header.ml, lib_protocol/block_header_repr.ml, fitness_repr.ml and
 * operation_repr.ml of protocols 012 to 025 and alpha; of 006 to 011 for what they signed.
 */

const HASH = fixed(32);

/** A header's part that all protocols share; `fitness` differs. */
const shell = {
  chainId: fixed(4),
  level: count,
  proto: byte,
  predecessor: HASH,
  timestamp: fixed(8),
  validationPass: byte,
  operationsHash: HASH,
};

/** Of a protocol with rounds: `predecessorRound` is stored as its complement, so that it is below 0. */
const fitness = parts({
  version: sized(byte),
  level: sized(count),
  lockedRound: sized(upToEnd(count)),
  predecessorRound: sized(int32),
  round: sized(count),
});

/** A block of a protocol with rounds (0x11). */
export const roundBlock = parts({
  ...shell,
  fitness: sized(fitness),
  context: HASH,
  payloadHash: HASH,
  payloadRound: count,
  proofOfWorkNonce: fixed(8),
  seedNonceHash: optional(HASH),
  votes: byte,
});

/** A block of a protocol with priorities (0x01); the vote is there from 010 on. */
export const priorityBlock = parts({
  ...shell,
  fitness: sized(parts({ version: sized(byte), fitness: sized(fixed(8)) })),
  context: HASH,
  priority: fixed(2),
  proofOfWorkNonce: fixed(8),
  seedNonceHash: optional(HASH),
  vote: upToEnd(byte),
});

/** An endorsement of a protocol with priorities (0x02). */
export const endorsement = parts({ chainId: fixed(4), branch: HASH, tag: byte, level: count });

/** A bit for each slot of the data availability layer and each lag: no protocol has more than this many bytes of them. */
const MOST_DAL_BYTES = 512;

const vote = { level: count, round: count, payloadHash: HASH };

/** A preattestation or an attestation (0x12, 0x13) with its slot, as keys of tz1 to tz3 sign it. */
export const slotVote = parts({ chainId: fixed(4), branch: HASH, tag: byte, slot: fixed(2), ...vote });
/** The same with a word on the data availability layer. */
export const slotVoteWithDal = parts({
  chainId: fixed(4),
  branch: HASH,
  tag: byte,
  slot: fixed(2),
  ...vote,
  dal: anyNumber(MOST_DAL_BYTES),
});
/** As keys of tz4 sign it, so that signatures can be added up: without the slot. */
export const slotlessVote = parts({ chainId: fixed(4), branch: HASH, tag: byte, ...vote });

/** The form to the end of what there is, or nothing if there is nothing. */
function upToEnd<T>(form: Form<T>): Form<T | undefined> {
  return {
    read: (reader) => (reader.left === 0 ? undefined : form.read(reader)),
    write: (value, writer) => {
      if (value !== undefined) form.write(value, writer);
    },
  };
}

/** A header's fitness says again at what level it is. */
export function mustAgree(block: { readonly level: number; readonly fitness: { readonly level: number } }): void {
  if (block.fitness.level !== block.level) {
    throw new FormError(`the header is of level ${block.level}, its fitness of ${block.fitness.level}`);
  }
}
