import { existsSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { BakeryFileError, type Problem } from '../model/messages/problems';
import { CDKTF_FOLDER, INFRA_FOLDER, STACKS_FOLDER, stackFolder } from '../model/terraform-outputs';
import { type DistFolder, writeFiles } from './dist-folder';
import { committedLocks, lockProblems } from './provider-lock';
import { makeFolders, shownPath } from './refusal';

/** How a synthesis was started: by itself, or as the app of a CLI. */
export type Door = 'synth' | 'cdk8s' | 'cdktf';

/** The folder in which a CLI looks for the result: `output` of its configuration. */
export class CliFolder {
  private constructor(
    private readonly folder: string,
    /** Folder below dist/ that holds the same. */
    private readonly part: string,
    /** Bakeries whose folder the cdktf CLI has seen before it started us. */
    private readonly seenStacks: readonly string[] = [],
  ) {}

  static behind(door: Door, cwd: string, dist: DistFolder): CliFolder | undefined {
    const { CDK8S_OUTDIR, CDKTF_OUTDIR } = process.env;
    if (door === 'cdk8s' && CDK8S_OUTDIR) {
      const folder = resolve(cwd, CDK8S_OUTDIR);
      mustLieBesideDist(folder, dist, { file: 'cdk8s.yaml', right: '.cdk8s', isEmptied: true });
      return new CliFolder(folder, 'charts');
    }
    if (door !== 'cdktf' || !CDKTF_OUTDIR) return undefined;
    const folder = resolve(cwd, CDKTF_OUTDIR);
    mustLieBesideDist(folder, dist, { file: 'cdktf.json', right: CDKTF_FOLDER, isEmptied: false });
    return new CliFolder(folder, INFRA_FOLDER, foldersIn(join(folder, STACKS_FOLDER)));
  }

  /** Before Terraform runs: it takes the provider that somebody has committed, or none. */
  mustKnowProvider(stacks: readonly string[], dist: string): void {
    const problems = this.part === INFRA_FOLDER ? lockProblems(dist, stacks) : [];
    if (problems.length > 0) throw new BakeryFileError(problems);
  }

  /** When we have ended, the cdktf CLI deletes each folder it saw that is no stack's any more, whatever lies in it. */
  mustLoseNothing(stacks: readonly string[]): void {
    const problems = this.seenStacks.flatMap((name): Problem[] => {
      const folder = join(this.folder, stackFolder(name));
      const kept = stacks.includes(name) ? [] : readdirSync(folder).filter((entry) => !MADE_AGAIN.test(entry));
      if (kept.length === 0) return [];
      const message = `no bakery has this name, so the cdktf CLI would delete it with ${kept.join(', ')}; move it elsewhere (and see that "output" in cdktf.json is "${CDKTF_FOLDER}")`;
      return [{ severity: 'error', file: shownPath(folder), line: 1, setting: [], message }];
    });
    if (problems.length > 0) throw new BakeryFileError(problems);
  }

  /** `dist`: what was written, and what an operator has put beside it for Terraform. */
  receive(files: ReadonlyMap<string, string>, dist: string): void {
    const start = `${this.part}/`;
    const own = [...files].filter(([path]) => path.startsWith(start));
    const ours = own.map(([path, text]) => [path.slice(start.length), text] as const);
    writeFiles(this.folder, new Map([...ours, ...(this.part === INFRA_FOLDER ? committedLocks(dist) : [])]));
    // Of a folder that it saw and that is gone the CLI would say that it cannot delete it.
    for (const name of this.seenStacks) makeFolders(join(this.folder, stackFolder(name)));
  }
}

/** In the folder of a stack: what this program or Terraform makes again, and nothing is lost with. The state lies in its bucket. */
const MADE_AGAIN = /^(cdk\.tf\.json(\.new)?|\.terraform|\.terraform\.lock\.hcl|plan)$/;

/** What a CLI must be told, and whether it has emptied its folder by the time that it starts us. */
interface Output {
  readonly file: string;
  readonly right: string;
  readonly isEmptied: boolean;
}

/** A CLI deletes in its own folder what it likes, also where nothing can be written afterwards. */
function mustLieBesideDist(folder: string, dist: DistFolder, { file, right, isEmptied }: Output): void {
  const [down, up] = [relative(dist.folder, folder), relative(folder, dist.folder)];
  if (down.startsWith('..') && up.startsWith('..')) return;
  if (isEmptied) dist.wasEmptied(shownPath(folder));
  const message = `output is "${shownPath(folder)}", in which the CLI deletes files, and dist/ is no place for that; write "${right}"`;
  throw new BakeryFileError([{ severity: 'error', file, line: 1, setting: [], message }]);
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
