import { forgeManager, type ManagerContent } from '../kit/manager-bytes';
import { ed25519Key, madeSecretKey, signatureBytes } from '../kit/secret-keys';

/** An account that sends operations: its key is made from a word. */
export class SendingWallet {
  readonly address: string;
  readonly publicKey: string;
  private readonly key;

  constructor(
    word: string,
    private readonly proofs = true,
  ) {
    const made = madeSecretKey(word);
    this.key = ed25519Key(made.secretKey);
    this.address = made.address;
    this.publicKey = made.publicKey;
  }

  content(change: Partial<ManagerContent> & { counter: string }): ManagerContent {
    const limits = { fee: '1000', gas_limit: '1500', storage_limit: '300' };
    return { kind: 'transaction', source: this.address, ...limits, amount: '1', ...change };
  }

  /** Transfers, counters from that one on. */
  transfers(counter: number, to: readonly (readonly [destination: string, amount: number])[]): ManagerContent[] {
    return to.map(([destination, amount], i) =>
      this.content({ destination, amount: String(amount), counter: String(counter + i) }),
    );
  }

  reveal(counter: number): ManagerContent {
    return this.content({ kind: 'reveal', public_key: this.publicKey, counter: String(counter) });
  }

  /** Signed, in hex. */
  signed(branch: string, contents: readonly ManagerContent[]): string {
    const bytes = forgeManager(branch, contents, this.proofs);
    return Buffer.concat([bytes, this.signatureOf(bytes)]).toString('hex');
  }

  private signatureOf(bytes: Buffer): Buffer {
    return signatureBytes(this.key.sign(Buffer.concat([Buffer.from([3]), bytes])));
  }
}
