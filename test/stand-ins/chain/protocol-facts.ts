import { isLegacy } from './chain-context';

/** What the protocols differ in where managers' operations are concerned (default_parameters.ml, alpha_context.ml). */
export interface ProtocolFacts {
  /** As it is called in ids of errors: `proto.025-PsUshuai.…`. */
  readonly name: string;
  readonly legacy: boolean;
  /** Reveals have a field for a proof of possession (from 023). */
  readonly proofs: boolean;
  /** One operation of a manager in a block, its successor only after it (from 012 in the mempool, 014 in the protocol). */
  readonly oneManager: boolean;
  /** Mutez for each byte of storage; an account that comes to be takes 257. */
  readonly costPerByte: bigint;
  readonly maxOperationsTtl: number;
  readonly maxOperationBytes: number;
  readonly gasLimit: bigint;
  readonly blockGasLimit: bigint;
  readonly storageLimit: bigint;
  /** Milligas of an operation. Made up near the real ones: a stand-in measures nothing. */
  readonly gas: { readonly reveal: bigint; readonly transaction: bigint; readonly signature: bigint };
}

const NUMBERS: Readonly<Record<string, string>> = {
  ...{ PsCARTHA: '006', PsDELPH1: '007', PtEdo2Zk: '008', PsFLoren: '009', PtGRANAD: '010', PtHangz2: '011' },
  ...{ PtSeouLo: '023', PtTALLiN: '024', PsUshuai: '025' },
};

export const ORIGINATION_BYTES = 257n;

export function factsOf(protocol: string): ProtocolFacts {
  const short = protocol.slice(0, 8);
  const number = NUMBERS[short] ?? '025';
  const legacy = isLegacy(protocol);
  const limits = { gasLimit: 1_040_000n, storageLimit: 60_000n };
  const common = { name: `${number}-${short}`, legacy, oneManager: !legacy, ...limits };
  if (legacy) {
    return {
      ...common,
      ...{ proofs: false, costPerByte: number === '006' ? 1000n : 250n },
      ...{ maxOperationsTtl: 60, maxOperationBytes: 16 * 1024, blockGasLimit: 10_400_000n },
      gas: { reveal: 10_000_000n, transaction: 10_207_000n, signature: 0n },
    };
  }
  return {
    ...common,
    ...{ proofs: number >= '023', costPerByte: 250n },
    ...{ maxOperationsTtl: 600, maxOperationBytes: 32 * 1024, blockGasLimit: 1_040_000n },
    gas: { reveal: 100_000n, transaction: 200_000n, signature: 69_000n },
  };
}
