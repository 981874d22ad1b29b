import { type Json, listIn, numberOf, objectIn, textIn } from '../runtime/json';
import type { Slots } from './chain-kind';

/** Evidence of a double signature, and whom it accuses. */
export interface Evidence {
  readonly kind: 'block' | 'vote';
  readonly accused: readonly string[];
}

/**
 * By delegate: the slots of its votes among the consensus operations of a block (`operations/0`), which are for the block
 * before it. The metadata name the delegate, whatever key has signed. Kinds by the words of all protocols
 * (operation_repr.ml): endorsement, endorsement_with_slot, attestation, attestation_with_dal, attestations_aggregate.
 */
export function votesIn(operations: unknown): Slots {
  const votes = contentsOf(operations).filter(({ kind }) => /^(endorsement|attestation)/.test(String(kind)));
  return new Map(
    votes.flatMap(({ metadata }) => {
      const result = objectIn(metadata);
      const voters = 'committee' in result ? listIn(result.committee).map(objectIn) : [result];
      return voters.map((voter) => [textIn(voter, 'delegate'), slotsOf(voter)] as const);
    }),
  );
}

/** A list of slots, a number, or since Tallinn an object (apply_results.ml, attesting_power_repr.ml). */
function slotsOf(voter: Json): number {
  if (Array.isArray(voter.slots)) return voter.slots.length;
  const power = voter.consensus_power ?? voter.endorsement_power;
  const slots = numberOf(power) ?? numberOf(objectIn(power).slots);
  if (slots === undefined) throw new Error('a vote has no slots');
  return slots;
}

/** Evidence among the anonymous operations of a block (`operations/2`). */
export function evidenceIn(operations: unknown): Evidence[] {
  return contentsOf(operations)
    .filter(({ kind }) => String(kind).startsWith('double_'))
    .map(({ kind, metadata }) => ({
      kind: kind === 'double_baking_evidence' ? 'block' : 'vote',
      accused: accusedIn(objectIn(metadata)),
    }));
}

/** `punished_delegate` since Seoul, `forbidden_delegate` since Oxford if it was; before that who loses what is frozen. */
function accusedIn(metadata: Json): string[] {
  const named = [metadata.punished_delegate, metadata.forbidden_delegate];
  const losers = listIn(metadata.balance_updates ?? [])
    .map(objectIn)
    .filter(({ kind, change }) => kind === 'freezer' && (numberOf(change) ?? 0) < 0)
    .map(({ delegate }) => delegate);
  return [...new Set([...named, ...losers].filter((each) => typeof each === 'string'))];
}

function contentsOf(operations: unknown): Json[] {
  return listIn(operations).flatMap((operation) => listIn(objectIn(operation).contents).map(objectIn));
}
