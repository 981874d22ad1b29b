import { integerIn, type Json, objectIn, textIn } from '../runtime/json';
import { blockPath, type Rpc } from '../runtime/rpc';
import type { ChainKind } from './chain-kind';

/** What a header alone says. */
export interface Head {
  readonly hash: string;
  readonly level: number;
  readonly predecessor: string;
  readonly timestampMs: number;
  /** Its round or priority. */
  readonly rank: number;
}

export interface Block extends Head {
  /** The delegate that has baked it. */
  readonly baker: string;
  /** The delegate whose payload it is: another one, if it was baked again in a later round. */
  readonly proposer: string;
  readonly protocol: string;
  /** The protocol of the next block, and of all that is asked of this block's context. */
  readonly nextProtocol: string;
  readonly cycle: number;
  /** From 0. */
  readonly cyclePosition: number;
  readonly voting: { readonly kind: string; readonly blocksLeft?: number };
}

/** Throws if it cannot be read, or is of another chain. */
export function readHead(answer: unknown, kind: ChainKind, chainId: string): Head {
  const header = objectIn(answer);
  if (header.chain_id !== chainId) throw new Error('it is on another chain');
  const timestampMs = Date.parse(textIn(header, 'timestamp'));
  if (Number.isNaN(timestampMs)) throw new Error('its header has no time');
  return {
    hash: textIn(header, 'hash'),
    level: integerIn(header, 'level'),
    predecessor: textIn(header, 'predecessor'),
    timestampMs,
    rank: kind.rankOf(header),
  };
}

/** The block that is called `name`: a hash, or `<hash>~<n>` for the nth before it. Throws if it is not there. */
export async function readBlock(rpc: Rpc, kind: ChainKind, name: string, chainId: string): Promise<Block> {
  const block = await findBlock(rpc, kind, name, chainId);
  if (!block) throw new Error(`there is no block ${name}`);
  return block;
}

/** The same; undefined if the node has it no more, or no more all of it. */
export async function findBlock(rpc: Rpc, kind: ChainKind, name: string, chainId: string): Promise<Block | undefined> {
  const header = await rpc.find(blockPath(name, '/header'));
  if (header === undefined) return undefined;
  const head = readHead(header, kind, chainId);
  const found = await rpc.find(blockPath(head.hash, '/metadata'));
  if (found === undefined) return undefined;
  const metadata = objectIn(found);
  const level = objectIn(metadata.level_info ?? metadata.level); // `level` alone up to 007
  const baker = textIn(metadata, 'baker');
  return {
    ...head,
    baker,
    proposer: metadata.proposer === undefined ? baker : textIn(metadata, 'proposer'),
    protocol: textIn(metadata, 'protocol'),
    nextProtocol: textIn(metadata, 'next_protocol'),
    cycle: integerIn(level, 'cycle'),
    cyclePosition: integerIn(level, 'cycle_position'),
    voting: votingOf(metadata),
  };
}

/** `voting_period_kind` alone up to 007 (apply_results.ml). */
function votingOf(metadata: Json): Block['voting'] {
  if (metadata.voting_period_info === undefined) return { kind: textIn(metadata, 'voting_period_kind') };
  const info = objectIn(metadata.voting_period_info);
  return { kind: textIn(objectIn(info.voting_period), 'kind'), blocksLeft: integerIn(info, 'remaining') };
}
