import { ask, askJson } from '../kit/http-client';
import { say } from '../kit/program';

/** What of a protocol's constants is used. */
interface Params {
  readonly operationsTtl: number;
  readonly gasLimit: number;
  readonly storageLimit: number;
  readonly dataLength: number;
}

/** utils/rpc.go and tzgo: each question goes to the first node that is synced and answers; errors are the next one's turn. */
export class RpcPool {
  chainId = '';
  private first: Params | undefined;

  constructor(readonly urls: readonly string[]) {}

  /** At the start each node is asked for the chain and its constants; one must answer. */
  async refresh(): Promise<void> {
    for (const url of this.urls) {
      try {
        this.chainId = await this.at(url, 'chains/main/chain_id');
        this.first = await this.paramsAt(url);
      } catch (error) {
        say(`failed to refresh rpc params of ${url}: ${(error as Error).message}`);
      }
    }
    if (!this.first) throw new Error(`failed to refresh rpc params for all clients, all ${this.urls.length} failed`);
  }

  /** As they were at the start. */
  get known(): Params {
    if (!this.first) throw new Error('no params');
    return this.first;
  }

  private async paramsAt(url: string): Promise<Params> {
    await this.at(url, 'chains/main/blocks/head/metadata?metadata=always');
    const constants = await this.at(url, 'chains/main/blocks/head/context/constants');
    await this.at(url, 'version');
    return {
      operationsTtl: constants.max_operations_time_to_live,
      gasLimit: Number(constants.hard_gas_limit_per_block),
      storageLimit: Number(constants.hard_storage_limit_per_operation),
      dataLength: constants.max_operation_data_length,
    };
  }

  private at(url: string, path: string): Promise<any> {
    return askJson(new URL(path, url).href, { timeoutMs: 10_000 });
  }

  /** The first synced node that answers. */
  async attempt<T>(work: (url: string) => Promise<T>): Promise<T> {
    let failure = new Error('no client in sync');
    for (const url of this.urls) {
      const isSynced = await this.at(url, 'chains/main/is_bootstrapped').then(
        ({ sync_state }) => sync_state === 'synced',
        () => false,
      );
      if (!isSynced) continue;
      try {
        return await work(url);
      } catch (error) {
        failure = error as Error;
      }
    }
    throw new Error(`all clients failed: ${failure.message}`);
  }

  get(path: string): Promise<any> {
    return this.attempt((url) => this.at(url, path));
  }

  post(path: string, body: unknown): Promise<any> {
    return this.attempt(async (url) => {
      const { status, text } = await ask(new URL(path, url).href, { method: 'POST', body: JSON.stringify(body) });
      if (status !== 200) throw new Error(`status ${status}: ${text.trim().slice(0, 300)}`);
      return JSON.parse(text);
    });
  }

  params(): Promise<Params> {
    return this.attempt((url) => this.paramsAt(url));
  }

  async currentCycle(): Promise<number> {
    const { level_info } = await this.get('chains/main/blocks/head/metadata?metadata=always');
    return level_info.cycle;
  }

  /** The node that a confirmation is waited for at: the first that can be asked for its constants. */
  async single(): Promise<string> {
    for (const url of this.urls) {
      try {
        await this.at(url, 'chains/main/chain_id');
        await this.paramsAt(url);
        return url;
      } catch {}
    }
    throw new Error(`failed to create rpc client, all ${this.urls.length} failed`);
  }
}
