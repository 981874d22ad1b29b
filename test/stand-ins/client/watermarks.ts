import { join } from 'node:path';
import { readJson, replaceFile, toJson } from '../kit/files';

/**
 * `<chain>_highwatermarks` of a baker's base directory: checked and written before the signer is asked (signing.md 0,
 * fact 2; octez.md 5).
 */
export type MarkKind = 'blocks' | 'preattestations' | 'attestations';

interface Mark {
  readonly delegate: string;
  readonly highwatermark: { readonly round: number; readonly level: number };
}

type File = Record<MarkKind, Mark[]>;

export class Watermarks {
  private readonly path: string;

  constructor(baseDir: string, chainId: string) {
    this.path = join(baseDir, `${chainId.slice(0, 13)}_highwatermarks`);
  }

  /** Throws where this, or something later, was signed before. */
  advance(kind: MarkKind, delegate: string, level: number, round: number): void {
    const file: File = readJson<File>(this.path) ?? { blocks: [], preattestations: [], attestations: [] };
    const known = file[kind].find((each) => each.delegate === delegate)?.highwatermark;
    if (known && (level < known.level || (level === known.level && round <= known.round))) {
      throw new Error(
        `${kind} of ${delegate} at level ${level}, round ${round}: the high watermark is level ${known.level}, round ${known.round}`,
      );
    }
    const others = file[kind].filter((each) => each.delegate !== delegate);
    file[kind] = [...others, { delegate, highwatermark: { round, level } }];
    replaceFile(this.path, toJson(file));
  }
}
