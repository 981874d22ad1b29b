import { FormError } from '../runtime/binary-form';
import { type Content, KindRefused, unsignedForm } from './operation-bytes';

/** An operation as the RPC of a node shows it; what stands there beside these is not looked at. */
export interface RpcOperation {
  readonly branch: string;
  readonly contents: readonly Readonly<Record<string, unknown>>[];
}

/** The unsigned form of an operation in a block; undefined for one that no wallet of ours signs. */
export function forged({ branch, contents }: RpcOperation): string | undefined {
  try {
    return unsignedForm({ branch, contents: contents.map(contentOfRpc) });
  } catch (error) {
    if (error instanceof FormError) return undefined;
    throw error;
  }
}

function contentOfRpc(json: Readonly<Record<string, unknown>>): Content {
  const { kind } = json;
  if (kind !== 'transaction' && kind !== 'reveal') throw new KindRefused('another kind');
  // Octez leaves them out where they are those of a plain transfer.
  if (json.parameters !== undefined) throw new KindRefused('a transaction with parameters');
  const shared = {
    source: textOf(json.source),
    fee: numberOf(json.fee),
    counter: numberOf(json.counter),
    gasLimit: numberOf(json.gas_limit),
    storageLimit: numberOf(json.storage_limit),
  };
  if (kind === 'transaction') {
    return { kind, ...shared, amount: numberOf(json.amount), destination: textOf(json.destination) };
  }
  const proof = json.proof === undefined ? {} : { proof: textOf(json.proof) };
  return { kind, ...shared, publicKey: textOf(json.public_key), ...proof };
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new FormError('a text was expected');
  return value;
}

function numberOf(value: unknown): bigint {
  if (typeof value !== 'string' || !/^\d+$/.test(value)) throw new FormError('a number was expected');
  return BigInt(value);
}
