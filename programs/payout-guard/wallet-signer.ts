import { ask } from '../runtime/ask-http';

/** The signer has given no signature. Whether it made one nobody knows. */
export class NoSignature extends Error {}

/** A hardware module answers within a second; Signatory asks it over the internet. */
const SIGN_MS = 10_000;
const LOOK_MS = 3000;
const SIGNATURE = /^(edsig|spsig1|p2sig|sig)[1-9A-HJ-NP-Za-km-z]{90,140}$/;

/** Signatory or octez-signer beside us: the remote signer protocol of Octez (src/lib_signer_services/signer_services.ml). */
export class WalletSigner {
  /** At the last question; '' if it was answered. */
  problem = 'not asked yet';

  constructor(
    /** Start of its URL. */
    private readonly url: string,
    private readonly wallet: string,
  ) {}

  /** Whether it knows the wallet's key, and as this one. */
  async look(publicKey: string): Promise<void> {
    try {
      const { public_key } = await this.said('GET', LOOK_MS);
      this.problem = public_key === publicKey ? '' : `it has another key: ${String(public_key)}`;
    } catch (error) {
      this.problem = (error as Error).message;
    }
  }

  /** Bytes in hexadecimal digits; throws NoSignature. */
  async sign(bytes: string): Promise<string> {
    try {
      const { signature } = await this.said('POST', SIGN_MS, JSON.stringify(bytes));
      if (typeof signature !== 'string' || !SIGNATURE.test(signature)) throw new Error('an answer without a signature');
      this.problem = '';
      return signature;
    } catch (error) {
      this.problem = (error as Error).message;
      throw new NoSignature(this.problem);
    }
  }

  private async said(method: 'GET' | 'POST', timeoutMs: number, body?: string): Promise<Record<string, unknown>> {
    const headers = { 'content-type': 'application/json' };
    const question = {
      method,
      path: `/keys/${this.wallet}`,
      timeoutMs,
      headers,
      ...(body === undefined ? {} : { body }),
    };
    const { status, text } = await ask({ url: this.url }, question);
    if (status !== 200) throw new Error(`the signer answered ${status}: ${text.trim().slice(0, 300)}`);
    const said: unknown = JSON.parse(text);
    if (typeof said !== 'object' || said === null) throw new Error('an answer that cannot be read');
    return said as Record<string, unknown>;
  }
}
