import { join } from 'node:path';
import { blake2b } from '../kit/blake2b';
import type { Kind, Signed } from '../kit/consensus-bytes';
import { readJson, replaceFile, toJson } from '../kit/files';

/**
 * High watermarks of octez-signer (octez.md 7.4): one file for each kind, {"<chain>":{"<pkh>":{level, round, hash,
 * signature}}}. No file, no protection.
 */
interface Mark {
  readonly level: number;
  readonly round?: number;
  readonly hash: string;
  readonly signature: string;
}

type File = Record<string, Record<string, Mark>>;

const FILES: Readonly<Record<Kind, string>> = {
  block: 'block_high_watermarks',
  'emmy-block': 'block_high_watermarks',
  preattestation: 'preattestation_high_watermarks',
  attestation: 'attestation_high_watermarks',
  endorsement: 'endorsement_high_watermarks',
};

export class SignerMarks {
  constructor(private readonly baseDir: string) {}

  private path(kind: Kind): string {
    return join(this.baseDir, FILES[kind]);
  }

  /** The signature that these very bytes got before, undefined if they may be signed; throws if not. */
  check(signed: Signed, pkh: string, data: Buffer): string | undefined {
    const { kind, chainId, level, round } = signed;
    const mark = readJson<File>(this.path(kind))?.[chainId]?.[pkh];
    if (!mark) return undefined;
    const markRound = mark.round ?? 0;
    if (level > mark.level || (level === mark.level && round > markRound)) return undefined;
    const isSame = level === mark.level && round === markRound;
    if (isSame && mark.hash === blake2b(data).toString('hex')) return mark.signature;
    const why = isSame ? 'with different data' : '';
    throw new Error(
      `${kind} level ${level}, round ${round} not above high watermark level ${mark.level}, round ${markRound} ${why}`.trim(),
    );
  }

  /** After signing: temporary file and rename, no fsync, as the real one. */
  record({ kind, chainId, level, round }: Signed, pkh: string, data: Buffer, signature: string): void {
    const file: File = readJson<File>(this.path(kind)) ?? {};
    const mark = { level, round, hash: blake2b(data).toString('hex'), signature };
    file[chainId] = { ...file[chainId], [pkh]: mark };
    replaceFile(this.path(kind), toJson(file));
  }
}
