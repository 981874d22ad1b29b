import type { Server } from 'node:http';
import { closeServer, failure, ok, type Reply, type Request, serve } from '../../stand-ins/kit/http-server';
import { anonymousOperations, consensusOperations, header, metadata, type Style } from './octez-answers';
import { type MadeBlock, OTHER, type ScriptedChain } from './scripted-chain';

const never = new Promise<Reply>(() => {});

/** It never answers; half of its answer is missing; it answers something else; or a status. */
type Fault = 'hangs' | 'cut' | 'other' | number;

/** A node that knows a scripted chain. Whatever it is asked that a node would not answer, it does not answer. */
export class ScriptedNode {
  url = '';
  /** Paths as they were asked. */
  readonly asked: string[] = [];
  /** Told in place of an answer where the path fits. */
  readonly faults = new Map<RegExp, Fault>();
  /** Of `/context/delegates/<address>/<field>`. */
  readonly fields = new Map<string, unknown>();
  readonly balances = new Map<string, string>();
  /** Levels whose nonce is revealed. */
  readonly revealed = new Set<number>();
  constants: Record<string, unknown> = {};
  voting = 'proposal';
  proposal: string | null = null;
  /** null: this release lacks the RPC. */
  synced: 'synced' | 'unsynced' | null = 'synced';
  peers = 3;
  /** Addresses that are no delegates. */
  readonly unregistered = new Set<string>();
  /** Its head is so many levels behind the chain's. */
  behind = 0;
  /** It has forgotten what was before this level. */
  oldest = 0;
  private server: Server | undefined;

  constructor(
    readonly chain: ScriptedChain,
    private readonly style: Style,
  ) {}

  async listen(): Promise<this> {
    const { server, port } = await serve({ host: '127.0.0.1', port: 0 }, (request) => this.answer(request));
    this.server = server;
    this.url = `http://127.0.0.1:${port}`;
    return this;
  }

  async close(): Promise<void> {
    if (this.server) await closeServer(this.server);
  }

  private answer(request: Request): Reply | Promise<Reply> {
    const { path, query } = request;
    const asked = query.size > 0 ? `${path}?${query}` : path;
    this.asked.push(asked);
    for (const [where, fault] of this.faults) if (where.test(asked)) return this.failed(fault, request);
    return this.known(request);
  }

  private failed(fault: Fault, request: Request): Reply | Promise<Reply> {
    if (fault === 'hangs') return never;
    if (typeof fault === 'number') return failure(fault, 'scripted');
    if (fault === 'other') return ok({ kind: 'generic', error: 'another program answers here' });
    const reply = this.known(request);
    const text = 'json' in reply ? JSON.stringify(reply.json) : '';
    return { status: 200, text: text.slice(0, text.length / 2), type: 'application/json' };
  }

  private known({ path, query }: Request): Reply {
    if (path === '/network/connections')
      return ok(Array.from({ length: this.peers }, (_, i) => ({ peer_id: `id${i}` })));
    if (path === '/chains/main/is_bootstrapped' && this.synced) {
      return ok({ bootstrapped: true, sync_state: this.synced });
    }
    const [, name = '', rest = ''] = /^\/chains\/main\/blocks\/([^/]+)(\/.*)$/.exec(path) ?? [];
    const block = this.chain.find(name === 'head' ? `head~${this.behind}` : name);
    return block && block.level >= this.oldest ? this.answerOf(block, rest, query) : failure(404, 'store.not_found');
  }

  private answerOf(block: MadeBlock, path: string, query: URLSearchParams): Reply {
    const { chain, style } = this;
    const answers: Record<string, () => unknown> = {
      '/header': () => header(style, chain, block),
      '/metadata': () => metadata(style, chain, block, this.voting),
      '/operations/0': () => consensusOperations(style, block),
      '/operations/2': () => anonymousOperations(style, block),
      '/context/constants': () => this.constantsOf(block),
      '/votes/current_proposal': () => this.proposal,
    };
    if (answers[path]) return ok(answers[path]());
    if (path === '/helpers/baking_rights') return this.bakingRights(block, query);
    if (path === `/helpers/${style.rank === 'round' ? 'attestation' : 'endorsing'}_rights`) {
      return this.votingRights(query);
    }
    return this.contextAnswer(block, path);
  }

  private contextAnswer(block: MadeBlock, path: string): Reply {
    const [, nonce] = /^\/context\/nonces\/(\d+)$/.exec(path) ?? [];
    if (nonce) return ok(this.nonceAt(block, Number(nonce)));
    const [, wallet] = /^\/context\/contracts\/([^/]+)\/balance$/.exec(path) ?? [];
    if (wallet) return this.balances.has(wallet) ? ok(this.balances.get(wallet)) : failure(404, 'no_contract');
    const [, delegate, field] = /^\/context\/delegates\/([^/]+)\/(\w+)$/.exec(path) ?? [];
    if (!delegate) return failure(404, 'rpc.not_found');
    if (this.unregistered.has(delegate)) {
      const isRound = this.style.rank === 'round';
      const id = isRound ? 'proto.025-PsUshuai.delegate.not_registered' : 'proto.006-PsCARTHA.context.storage_error';
      return failure(500, id, isRound ? { pkh: delegate } : { missing_key: [], function: 'get' });
    }
    if (field === 'participation' && this.style.rank === 'round') return ok(this.participation(block, delegate));
    const value = this.fields.get(field);
    return value === undefined ? failure(404, 'rpc.not_found') : ok(value);
  }

  private participation(block: MadeBlock, delegate: string): object {
    const { levels, slots } = block.missed.get(delegate) ?? { levels: 0, slots: 0 };
    return {
      ...{ expected_cycle_activity: 900, minimal_cycle_activity: 600, missed_slots: slots, missed_levels: levels },
      ...{ remaining_allowed_missed_slots: Math.max(0, 300 - slots), expected_attesting_rewards: '123456' },
    };
  }

  private nonceAt(block: MadeBlock, level: number): object {
    const made = this.chain.find(`${block.hash}~${block.level - level}`);
    if (!made?.nonceHash) return {};
    return this.revealed.has(level) ? { nonce: 'ab' } : { hash: 'nceU' };
  }

  private constantsOf(block: MadeBlock): object {
    const blocks_per_cycle = this.chain.blocksPerCycle;
    return { blocks_per_cycle, blocks_per_commitment: 4, ...this.constants, for: block.nextProtocol };
  }

  /** By the protocol behind the block that is asked, as a node's context is. */
  private bakingRights(block: MadeBlock, query: URLSearchParams): Reply {
    const { rank } = this.style;
    const level = Number(query.get('level'));
    const most = Number(query.get(`max_${rank}`));
    const bakers = this.chain.bakersAt(level, block.nextProtocol);
    const all = Array.from({ length: most + 1 }, (_, at) => ({ level, delegate: bakers[at] ?? OTHER, [rank]: at }));
    const first = all.filter(({ delegate }, i) => all.findIndex((each) => each.delegate === delegate) === i);
    const wanted = query.getAll('delegate');
    return ok(first.filter(({ delegate }) => wanted.length === 0 || wanted.includes(delegate)));
  }

  private votingRights(query: URLSearchParams): Reply {
    const level = Number(query.get('level'));
    const wanted = query.getAll('delegate');
    const voters = Object.entries(this.chain.votersAt(level)).filter(([each]) => wanted.includes(each));
    if (this.style.rank === 'priority') {
      const slots = (count: number) => Array.from({ length: count }, (_, i) => i);
      return ok(voters.map(([delegate, count]) => ({ level, delegate, slots: slots(count) })));
    }
    const delegates = voters.map(([delegate, attesting_power]) => ({
      ...{ delegate, first_slot: 3, attesting_power, consensus_key: delegate },
    }));
    return ok(voters.length > 0 ? [{ level, delegates }] : []);
  }
}
