import { decode, PREFIX } from '../kit/base58';
import { endorsementBytes, operationBytes, watermarked } from '../kit/consensus-bytes';
import { say } from '../kit/program';
import { curveOf, signatureBytes } from '../kit/secret-keys';
import type { Header, NodeLink } from './node-link';
import type { Sign } from './signing-key';
import type { Watermarks } from './watermarks';

export interface Signer {
  readonly alias: string;
  readonly address: string;
  readonly sign: Sign;
}

export interface VoteParts {
  readonly node: NodeLink;
  readonly chainId: string;
  readonly signers: readonly Signer[];
  readonly watermarks: Watermarks;
  /** `version=` of signing requests (octez.md 7.2). */
  readonly version: number | undefined;
  /** Attestable slots of a level, as bits; undefined: no DAL. */
  readonly dal?: (delegate: string, level: number) => Promise<number | undefined>;
}

interface Right {
  readonly delegate: string;
  readonly first_slot: number;
  readonly consensus_key: string;
  readonly companion_key?: string;
}

/** Preattests and attests a proposal, each key after the other (findings.md: serially per key, then companion). */
export async function vote(parts: VoteParts, head: Header): Promise<void> {
  const { node, signers } = parts;
  const path = `/chains/main/blocks/${head.hash}/helpers/attestation_rights?level=${head.level}`;
  const [rights] = await node.get<{ delegates: Right[] }[]>(path);
  for (const right of rights?.delegates ?? []) {
    const signer = signers.find(({ address }) => address === right.consensus_key);
    if (!signer) continue;
    for (const kind of ['preattestation', 'attestation'] as const) {
      try {
        await voteOnce(parts, head, right, signer, kind);
      } catch (error) {
        say(`${kind} of ${signer.alias} for level ${head.level} was not made: ${(error as Error).message}`);
      }
    }
  }
}

async function voteOnce(
  parts: VoteParts,
  head: Header,
  right: Right,
  signer: Signer,
  kind: 'preattestation' | 'attestation',
): Promise<void> {
  const { node, chainId, watermarks, version, signers } = parts;
  const [level, round] = [head.level, head.payload_round ?? 0];
  const isBls = curveOf(signer.address) === 'tz4';
  const companion = signers.find(({ address }) => address === right.companion_key);
  const canDal = kind === 'attestation' && (!isBls || companion);
  const dal = canDal ? await parts.dal?.(right.delegate, level) : undefined;
  const payloadHash = decode(PREFIX.payload, head.payload_hash ?? '');
  const facts = { branch: head.predecessor, slot: right.first_slot, level, round, payloadHash, dal };
  const request = watermarked(kind, chainId, operationBytes(kind, facts, isBls));
  watermarks.advance(`${kind}s`, signer.address, level, round);
  const signature = await signer.sign(request, version);
  if (isBls && companion && dal !== undefined) await companion.sign(request, version);
  const data = Buffer.concat([operationBytes(kind, facts), signatureBytes(signature)]).toString('hex');
  const hash = await node.post<string>('/injection/operation?chain=main', data);
  say(`injected ${kind} ${hash} for ${signer.alias} (${right.delegate}) for level ${level}, round ${round}`);
}

/** What tezos-endorser does with every head. */
export async function endorse(parts: VoteParts, head: Header): Promise<void> {
  const { node, chainId, signers, watermarks } = parts;
  const path = `/chains/main/blocks/${head.hash}/helpers/endorsing_rights?level=${head.level}`;
  const rights = await node.get<{ delegate: string }[]>(path);
  for (const { delegate } of rights) {
    const signer = signers.find(({ address }) => address === delegate);
    if (!signer) continue;
    try {
      const bytes = endorsementBytes(head.hash, head.level);
      watermarks.advance('attestations', delegate, head.level, 0);
      const signature = await signer.sign(watermarked('endorsement', chainId, bytes));
      const data = Buffer.concat([bytes, signatureBytes(signature)]).toString('hex');
      const hash = await node.post<string>('/injection/operation?chain=main', data);
      say(`injected endorsement ${hash} for ${signer.alias} at level ${head.level}`);
    } catch (error) {
      say(`endorsement of ${signer.alias} at level ${head.level} was not made: ${(error as Error).message}`);
    }
  }
}
