import type { Server } from 'node:http';
import { join } from 'node:path';
import { mustKnowPublicKey, type WalletKey } from '../client/base-dir-wallet';
import { type Sign, signerOf } from '../client/signing-key';
import { decodeAny } from '../kit/base58';
import { MAGIC, parseSigned } from '../kit/consensus-bytes';
import { readJson } from '../kit/files';
import { type Address, failure, ok, type Reply, type Request, serve } from '../kit/http-server';
import { say } from '../kit/program';
import { addressOfPublicKey, curveOf, signatureBytes, verifies } from '../kit/secret-keys';
import { SignerMarks } from './signer-marks';

export interface SignerSettings {
  readonly baseDir: string;
  readonly readKeys: () => readonly WalletKey[];
  /** First bytes that may be signed; absent: any. */
  readonly magicBytes?: readonly number[];
  readonly checksMarks: boolean;
  readonly listsKeys: boolean;
  readonly provesPossession: boolean;
  readonly requiresAuthentication: boolean;
  /** The highest `version=` that it takes; absent: it knows no such argument. */
  readonly maxVersion?: number;
}

/** The HTTP API of octez-signer (octez.md 7.2). Errors are 500 with Octez' list of errors; the codes are our guess. */
export class SignerHttp {
  private queue: Promise<unknown> = Promise.resolve();
  private readonly marks: SignerMarks;

  constructor(private readonly settings: SignerSettings) {
    this.marks = new SignerMarks(settings.baseDir);
  }

  async listen(address: Address): Promise<{ server: Server; port: number }> {
    return serve(address, (request) => this.answer(request));
  }

  private async answer(request: Request): Promise<Reply> {
    const { method, path } = request;
    const key = /^\/keys\/([^/]+)$/.exec(path)?.[1];
    try {
      if (method === 'GET' && path === '/authorized_keys') return ok(this.authorizedKeys());
      if (method === 'GET' && path === '/known_keys') return this.knownKeys();
      if (method === 'GET' && key) return ok({ public_key: this.publicKey(key) });
      if (method === 'POST' && key) return ok({ signature: await this.serially(() => this.sign(key, request)) });
      if (method === 'GET' && /^\/bls_prove_possession\//.test(path)) return this.prove(path.split('/')[2]);
    } catch (error) {
      say(`request refused: ${method} ${path}: ${(error as Error).message}`);
      return failure(500, 'failure', { msg: (error as Error).message });
    }
    return { status: 404, text: '' };
  }

  /** All signatures wait for each other: the real one holds its wallet's lock meanwhile. */
  private serially<T>(work: () => Promise<T>): Promise<T> {
    const result = this.queue.then(work);
    this.queue = result.catch(() => {});
    return result;
  }

  private authorizedKeys(): unknown {
    if (!this.settings.requiresAuthentication) return {};
    return { authorized_keys: this.authorized().map(({ value }) => addressOfPublicKey(value) ?? value) };
  }

  private authorized(): readonly { name: string; value: string }[] {
    return readJson<{ name: string; value: string }[]>(join(this.settings.baseDir, 'authorized_keys')) ?? [];
  }

  private knownKeys(): Reply {
    if (!this.settings.listsKeys) throw new Error('List known keys request not allowed.');
    return ok({ known_keys: this.settings.readKeys().map(({ address }) => address) });
  }

  private key(address: string): WalletKey {
    const key = this.settings.readKeys().find((each) => each.address === address && each.secretKey);
    if (!key) throw new Error(`no keys for the source contract ${address}`);
    return key;
  }

  private publicKey(address: string): string {
    const { publicKey } = this.key(address);
    if (!publicKey) throw new Error(`no public key of ${address} in the wallet`);
    return publicKey;
  }

  private prove(address: string): Reply {
    if (!this.settings.provesPossession)
      throw new Error('Request to prove possession of a private key is not allowed.');
    this.key(address);
    return failure(500, 'failure', { msg: 'the stand-in has no BLS' });
  }

  private async sign(address: string, { body, query }: Request): Promise<string> {
    const { magicBytes, checksMarks, maxVersion } = this.settings;
    const version = query.get('version');
    if (version !== null && maxVersion !== undefined && !(Number(version) >= 0 && Number(version) <= maxVersion)) {
      throw new Error('Invalid signature version');
    }
    const hex = JSON.parse(body) as string;
    if (typeof hex !== 'string' || !/^([0-9a-f]{2})*$/i.test(hex)) throw new Error('Failed to parse the request body');
    const data = Buffer.from(hex, 'hex');
    this.authenticate(address, data, query.get('authentication'));
    if (magicBytes && !magicBytes.includes(data[0])) {
      throw new Error(`magic byte 0x${(data[0] ?? 0).toString(16).padStart(2, '0')} not allowed`);
    }
    const sign = this.checked(this.key(address));
    if (!checksMarks || !Object.values(MAGIC).includes(data[0]))
      return sign(data, version === null ? undefined : Number(version));
    const signed = parseSigned(data, curveOf(address) === 'tz4');
    if (!signed) throw new Error('Cannot parse the level and round of the data to sign');
    const known = this.marks.check(signed, address, data);
    if (known !== undefined) return known;
    const signature = await sign(data, version === null ? undefined : Number(version));
    this.marks.record(signed, address, data, signature);
    return signature;
  }

  /** Signs, and then checks the signature as Octez does: nothing is marked or answered without. */
  private checked(key: WalletKey): Sign {
    const sign = signerOf(key);
    return async (data, version) => {
      const signature = await sign(data, version);
      mustKnowPublicKey(this.settings.baseDir, key.secretKey as string);
      return signature;
    };
  }

  /** 0x04, tag, address and data, signed by an authorized key (octez.md 7.6). */
  private authenticate(address: string, data: Buffer, signature: string | null): void {
    if (!this.settings.requiresAuthentication) return;
    if (signature === null) throw new Error('missing authentication signature field');
    const pkh = decodeAny(address)?.subarray(-20) ?? Buffer.alloc(0);
    const curve = Number(address[2]) - 1;
    const message = Buffer.concat([Buffer.from([4, 1, curve]), pkh, data]);
    const isKnown = this.authorized().some(({ value }) => verifies(value, message, signatureBytes(signature)));
    if (!isKnown) throw new Error('invalid authentication signature');
  }
}
