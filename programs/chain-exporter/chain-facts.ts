import { type Json, numberOf, objectIn } from '../runtime/json';
import { blockPath, type Rpc } from '../runtime/rpc';
import { type Block, type Head, readBlock } from './chain-block';
import type { ChainKind } from './chain-kind';

export interface Constants {
  readonly blocksPerCycle: number;
  readonly blocksPerCommitment: number;
  /** Blocks of a cycle in which nonces of the last one can be revealed: all of them where nothing else is said (up to Jakarta). */
  readonly nonceWindow: number;
  /** Mutez. */
  readonly minimalStake: number | undefined;
  /** Mutez; only where there is staking. */
  readonly minimalFrozenStake: number | undefined;
}

export function readConstants(answer: unknown): Constants {
  const constants = objectIn(answer);
  const needed = (name: string) => {
    const value = numberOf(constants[name]);
    if (value === undefined) throw new Error(`the constants lack ${name}`);
    return value;
  };
  return {
    blocksPerCycle: needed('blocks_per_cycle'),
    blocksPerCommitment: needed('blocks_per_commitment'),
    nonceWindow: numberOf(constants.nonce_revelation_threshold) ?? needed('blocks_per_cycle'),
    minimalStake: minimalStakeOf(constants),
    minimalFrozenStake: numberOf(constants.minimal_frozen_stake),
  };
}

/** `tokens_per_roll` is what one roll takes, without which there were no rights (up to Hangzhou). */
const minimalStakeOf = (constants: Json) => numberOf(constants.minimal_stake) ?? numberOf(constants.tokens_per_roll);

/** What one block says of the chain. */
export interface ChainView {
  readonly block: Block;
  readonly constants: Constants;
  /** Hash of the protocol that is under vote or in adoption. */
  readonly proposed: string | undefined;
}

/** In this kind of period, of old and new chains, there is no single proposal yet. */
const MANY_PROPOSALS = 'proposal';

export async function readChain(rpc: Rpc, kind: ChainKind, { hash }: Head, chainId: string): Promise<ChainView> {
  const block = await readBlock(rpc, kind, hash, chainId);
  const constants = readConstants(await rpc.get(blockPath(hash, '/context/constants')));
  const isVoted = block.voting.kind !== MANY_PROPOSALS;
  const proposed = isVoted ? await rpc.find(blockPath(hash, '/votes/current_proposal')) : undefined;
  return { block, constants, proposed: typeof proposed === 'string' ? proposed : undefined };
}
