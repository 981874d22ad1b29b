import { ask } from '../kit/http-client';
import { Exit, pause, say } from '../kit/program';

interface Head {
  readonly hash: string;
  readonly level: number;
}

/**
 * What a DAL node asks of its node, in the order of octez-v25.1 (lib_dal_node: daemon.ml, crawler.ml, block_handler.ml,
 * accuser.ml; the plugin of 025). An answer that is no answer ends the real one, and this one.
 */
export class L1Node {
  constructor(readonly endpoint: string) {}

  /** A refusal is the end; who does not answer at all is asked again, for as long as it takes (l1_helpers.ml). */
  private async get<T = unknown>(path: string): Promise<T> {
    for (;;) {
      const answer = await ask(`${this.endpoint}${path}`).catch((error: Error) => error);
      if (!(answer instanceof Error)) return JSON.parse(accepted(path, answer)) as T;
      say(`waiting for the node at ${this.endpoint}: ${answer.message}`);
      await pause(500);
    }
  }

  /** Everything up to its own RPC server; too little history is refused (--ignore-l1-history-check). */
  async begin(attesters: readonly string[]): Promise<void> {
    await this.get('/version');
    await this.get('/config/network/dal');
    const { level } = await this.get<Head>('/chains/main/blocks/head/header/shell');
    await this.get('/chains/main/protocols');
    await this.get(`/chains/main/blocks/${level}/context/constants/parametric`);
    await this.get('/chains/main/chain_id');
    const { history_mode: mode } = await this.get<any>('/config/history_mode');
    if (mode.rolling?.additional_cycles === 0)
      throw new Exit(1, 'Error: dal.node.not_enough_l1_history: the L1 node keeps too few cycles');
    for (const attester of attesters) {
      // One that is no delegate is warned of, and no more.
      await ask(`${this.endpoint}/chains/main/blocks/head/context/delegates/${attester}/deactivated`).then((answer) => {
        if (answer.status === 401) accepted('deactivated', answer);
      });
    }
  }

  /** Before it follows: what was published lately. */
  async catchUp(): Promise<void> {
    await this.get('/chains/main/levels/savepoint');
    await this.get('/chains/main/blocks/head/context/dal/published_slot_headers');
  }

  /** At each head; answers what `/config/network/dal` says, with what the stand-in adds. */
  async process({ hash, level }: Head): Promise<Known> {
    const [ancestors] = await this.get<string[][]>(`/chains/main/blocks?heads=${hash}&length=8`);
    const finalised = ancestors[Math.min(2, ancestors.length - 1)];
    await this.get(`/chains/main/blocks/${finalised}/header/shell`);
    await this.get(`/chains/main/blocks/${ancestors[0]}/protocols`);
    await this.get('/chains/main/blocks/head/votes/current_period');
    for (const what of ['published_slot_headers', 'skip_list_cells_of_level'])
      await this.get(`/chains/main/blocks/${finalised}/context/dal/${what}`);
    await this.get(`/chains/main/blocks/${finalised}/operations/0`);
    await this.get(`/chains/main/blocks/head/context/dal/shards?level=${level}`);
    await this.get(`/chains/main/blocks/head/helpers/attestation_rights?level=${level}`);
    return this.get('/config/network/dal');
  }

  /** Forges the evidence, and hands it in without a signature. A failure is said and forgotten. */
  async accuse(delegate: string): Promise<void> {
    const branch = await this.get<string>('/chains/main/blocks/head~5/hash');
    const contents = [{ kind: 'dal_entrapment_evidence', accused: delegate }];
    const forged = await this.post('/chains/main/blocks/head~5/helpers/forge/operations', { branch, contents });
    await this.post('/injection/operation', `${JSON.parse(forged)}${'0'.repeat(192)}`);
  }

  private async post(path: string, body: unknown): Promise<string> {
    return accepted(path, await ask(`${this.endpoint}${path}`, { method: 'POST', body: JSON.stringify(body) }));
  }
}

export interface Known {
  readonly bootstrap_peers: readonly string[];
  readonly stand_in_slots?: readonly number[];
  readonly stand_in_trapped?: readonly string[];
}

function accepted(path: string, { status, text }: { status: number; text: string }): string {
  if (status === 200) return text;
  throw new Exit(1, `Error:\n  ${path}: HTTP ${status} ${text.trim().slice(0, 200)}\n`);
}
