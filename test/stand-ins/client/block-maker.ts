import { isLegacy } from '../chain/chain-context';
import { headerBytes, watermarked } from '../kit/consensus-bytes';
import { pause, say } from '../kit/program';
import { signatureBytes } from '../kit/secret-keys';
import type { Header } from './node-link';
import type { Nonces } from './nonces';
import type { Signer, VoteParts } from './votes';

interface Right {
  readonly level: number;
  readonly delegate: string;
  readonly round?: number;
  readonly priority?: number;
  readonly estimated_time?: string;
  readonly consensus_key?: string;
}

interface Pending {
  readonly data: string;
  readonly branch: string;
  readonly contents: readonly { readonly kind: string; readonly level?: number }[];
}

/** Asks for its baking rights at every head, waits for its time, forges, signs and injects (octez.md 5). */
export class BlockMaker {
  private timers: NodeJS.Timeout[] = [];
  private current = '';
  private version: number | undefined;

  constructor(
    private readonly parts: VoteParts,
    private readonly nonces: Nonces,
  ) {}

  /** A new head ends all plans for its level. */
  async plan(head: Header, version: number | undefined): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers = [];
    this.current = head.hash;
    this.version = version;
    const { node, signers } = this.parts;
    const limit = isLegacy(head.protocol) ? 'max_priority=8' : 'max_round=8';
    const path = `/chains/main/blocks/${head.hash}/helpers/baking_rights?level=${head.level + 1}&${limit}&all=true`;
    const rights = await node.get<Right[]>(path);
    if (this.current !== head.hash) return;
    for (const right of rights) {
      const signer = signers.find(({ address }) => address === (right.consensus_key ?? right.delegate));
      if (!signer) continue;
      const due = right.estimated_time ? Date.parse(right.estimated_time) : Date.now();
      this.timers.push(setTimeout(() => void this.bake(head, right, signer), Math.max(0, due - Date.now())));
    }
  }

  private async bake(head: Header, right: Right, signer: Signer): Promise<void> {
    const round = right.round ?? right.priority ?? 0;
    try {
      await this.bakeAt(head, right.level, round, signer);
    } catch (error) {
      say(`block of ${signer.alias} at level ${right.level}, round ${round} was not made: ${(error as Error).message}`);
    }
  }

  private async bakeAt(head: Header, level: number, round: number, signer: Signer): Promise<void> {
    const { node, chainId, watermarks } = this.parts;
    const legacy = isLegacy(head.protocol);
    if (!legacy && !(await this.hasQuorum(head))) return;
    const operations = await this.operations(head, legacy);
    const constants = await node.get<{ blocks_per_commitment: number; blocks_per_cycle: number }>(
      `/chains/main/blocks/${head.hash}/context/constants`,
    );
    if (this.current !== head.hash) return;
    const commits = level % constants.blocks_per_commitment === 0;
    const cycle = Math.floor((level - 1) / constants.blocks_per_cycle);
    const bytes = headerBytes({
      level,
      round,
      predecessor: head.hash,
      predecessorRound: head.payload_round ?? 0,
      timestamp: Math.floor(Date.now() / 1000),
      protocolNumber: head.proto,
      content: Buffer.from(operations.map(({ data }) => data).join()),
      seedNonceHash: commits ? this.nonces.commit(level, cycle) : undefined,
      legacy,
    });
    watermarks.advance('blocks', signer.address, level, round);
    const signature = await signer.sign(watermarked(legacy ? 'emmy-block' : 'block', chainId, bytes), this.version);
    const data = Buffer.concat([bytes, signatureBytes(signature)]).toString('hex');
    const passes = [operations.map(({ branch, data }) => ({ branch, data })), [], [], []];
    const hash = await node.post<string>('/injection/block?chain=main', { data, operations: passes });
    say(`injected block ${hash} for ${signer.alias} at level ${level}, round ${round}`);
  }

  /** Tenderbake: nobody builds on a block that has no quorum. False: there is another head meanwhile. */
  private async hasQuorum(head: Header): Promise<boolean> {
    while (this.current === head.hash) {
      if (await this.parts.node.get<boolean>(`/stand-in/quorum/${head.hash}`)) return true;
      await pause(20);
    }
    return false;
  }

  /** Votes for the head, and everything that is no vote. */
  private async operations(head: Header, legacy: boolean): Promise<Pending[]> {
    const pending = await this.parts.node.get<{ validated?: Pending[]; applied?: Pending[] }>(
      '/chains/main/mempool/pending_operations',
    );
    const votes = legacy ? 'endorsement' : 'attestation';
    const fits = ({ contents }: Pending) =>
      contents.length === 0 ||
      ['reveal', 'transaction'].includes(contents[0].kind) ||
      (contents[0].kind === votes && contents[0].level === head.level);
    return (pending.validated ?? pending.applied ?? []).filter(fits);
  }
}
