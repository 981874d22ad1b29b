import { ask, askJson } from '../kit/http-client';
import { forgeManager, type ManagerContent } from '../kit/manager-bytes';
import { signatureBytes } from '../kit/secret-keys';
import type { RpcPool } from './rpc-pool';

/** Of the operations that a wallet sends none is older than so many blocks. */
const TTL = 12;

/** The wallet's key at a remote signer (engines/signer/remote.go), and what tzgo completes an operation with. */
export class RemoteWallet {
  private constructor(
    readonly address: string,
    readonly publicKey: string,
    private readonly url: string,
  ) {}

  /** It asks for the public key at once. */
  static async open({ pkh, url }: { pkh: string; url: string }): Promise<RemoteWallet> {
    const { public_key } = await askJson<{ public_key: string }>(new URL(`/keys/${pkh}`, url).href);
    return new RemoteWallet(pkh, public_key, url);
  }

  async isRevealed(rpc: RpcPool): Promise<boolean> {
    return (await this.state(rpc)).manager?.includes('pk') ?? false;
  }

  private state(rpc: RpcPool): Promise<{ counter?: string; manager?: string }> {
    return rpc.get(`chains/main/blocks/head/context/raw/json/contracts/index/${this.address}`);
  }

  /** Branch, counters, and a reveal in front where the key is not known yet. */
  async complete(rpc: RpcPool, contents: readonly Draft[]): Promise<{ branch: string; contents: ManagerContent[] }> {
    const { operationsTtl } = rpc.known;
    const branch: string = await rpc.get(`chains/main/blocks/head~${operationsTtl - TTL}/hash`);
    const state = await this.state(rpc);
    const reveal = {
      kind: 'reveal',
      fee: '1000',
      gas_limit: '1000',
      storage_limit: '0',
      public_key: this.publicKey,
    } as const;
    const all = state.manager?.includes('pk') ? contents : [reveal, ...contents];
    const first = BigInt(state.counter ?? 0) + 1n;
    const source = this.address;
    const counted = all.map((each, i) => ({ ...each, source, counter: String(first + BigInt(i)) }));
    return { branch, contents: counted };
  }

  /** Signed, in hex. */
  async sign({ branch, contents }: { branch: string; contents: readonly ManagerContent[] }): Promise<string> {
    const bytes = forgeManager(branch, contents, true);
    const body = JSON.stringify(Buffer.concat([Buffer.from([3]), bytes]).toString('hex'));
    const { status, text } = await ask(new URL(`/keys/${this.address}`, this.url).href, { method: 'POST', body });
    if (status !== 200) throw new Error(`failed to sign operation: status ${status} ${text.trim().slice(0, 300)}`);
    const { signature } = JSON.parse(text) as { signature: string };
    return Buffer.concat([bytes, signatureBytes(signature)]).toString('hex');
  }
}

export type Draft = Omit<ManagerContent, 'source' | 'counter'>;
