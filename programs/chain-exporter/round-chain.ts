import { integerIn, type Json, listIn, objectIn, textIn } from '../runtime/json';
import { blockPath, type Rpc } from '../runtime/rpc';
import type { Block } from './chain-block';
import type { ChainKind, MissedSoFar, Slots, VotedLevel } from './chain-kind';
import { delegatesQuery, lowestRanks } from './rights';

/**
 * Chains with rounds, from Ithaca on: two blocks behind a block make it final, and the protocol itself counts the levels
 * whose votes a delegate has missed (delegate_missed_attestations_storage.ml).
 */
export const roundChain: ChainKind = {
  confirmations: 2,
  rankOf: roundOf,
  lowestRanks: (rpc, block, delegates) => lowestRanks(rpc, block, { name: 'round', delegates }),
  missedSoFar,
  missedVotes,
};

/** Version, level, locked round, predecessor's round, round (fitness_repr.ml); a chain's last block without rounds has fewer. */
function roundOf(header: Json): number {
  const fitness = listIn(header.fitness);
  const round = fitness.length < 5 ? 0 : Number.parseInt(String(fitness[4]), 16);
  if (Number.isNaN(round)) throw new Error('its fitness has no round');
  return round;
}

async function missedSoFar(rpc: Rpc, { hash }: Block, delegates: readonly string[]): Promise<MissedSoFar> {
  const missed = new Map<string, { levels: number; slots: number }>();
  for (const delegate of delegates) {
    const path = blockPath(hash, `/context/delegates/${delegate}/participation`);
    const found = await rpc.find(path);
    if (found === undefined) continue; // not registered yet
    const participation = objectIn(found);
    missed.set(delegate, {
      levels: integerIn(participation, 'missed_levels'),
      slots: integerIn(participation, 'missed_slots'),
    });
  }
  return missed;
}

/**
 * What has been missed since the block before. A cycle's last block counts its level's misses and then forgets all of
 * the cycle, so that there the rights must tell.
 */
async function missedVotes(rpc: Rpc, voted: VotedLevel): Promise<Slots> {
  const { block, next, before, after, unseen } = voted;
  if (unseen.length === 0) return new Map();
  if (await isLastOfCycle(rpc, block, next)) return attestationRights(rpc, block, unseen);
  const missed = new Map<string, number>();
  for (const delegate of unseen) {
    const from = before.get(delegate);
    const to = after.get(delegate);
    if (to && to.levels > (from?.levels ?? 0)) missed.set(delegate, to.slots - (from?.slots ?? 0));
  }
  return missed;
}

/** By the constants that `next` was baked with. */
async function isLastOfCycle(rpc: Rpc, { hash }: Block, { cyclePosition }: Block): Promise<boolean> {
  const constants = objectIn(await rpc.get(blockPath(hash, '/context/constants')));
  return cyclePosition === integerIn(constants, 'blocks_per_cycle') - 1;
}

/** `attesting_power` since Tallinn, `attestation_power` from Nairobi on, which has the first rights of this name (lib_plugin/RPC.ml). */
const powerNames = ['attesting_power', 'attestation_power'];

async function attestationRights(rpc: Rpc, { hash, level }: Block, delegates: readonly string[]): Promise<Slots> {
  const path = `/helpers/attestation_rights?level=${level}${delegatesQuery(delegates)}`;
  const levels = listIn(await rpc.get(blockPath(hash, path))).map(objectIn);
  const rights = levels.flatMap((each) => listIn(each.delegates).map(objectIn));
  return new Map(
    rights.map((right) => {
      const name = powerNames.find((each) => each in right) ?? powerNames[0];
      return [textIn(right, 'delegate'), integerIn(right, name)];
    }),
  );
}
