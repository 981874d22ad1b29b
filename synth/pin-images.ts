import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, parseDocument } from 'yaml';
import type { Bakery } from '../model/bakery';
import { imagesOf, type UpstreamImage } from '../model/images';
import type { Problem } from '../model/messages/problems';
import { isMainnet } from '../model/tezos/networks';
import { writeFiles } from './dist-folder';
import { digestOf, type Home } from './image-registry';
import { Refusal, using } from './refusal';
import type { Living } from './second-lives';

const FILE = 'model/images.yaml';
const COMMAND = 'npm run images -- --pin';

/** Images of a mainnet bakery that no digest holds: whoever can move the tag decides what bakes after the next restart. */
export function unpinnedProblems({ file, bakery, lineOf }: Pick<Living, 'file' | 'bakery' | 'lineOf'>): Problem[] {
  if (!isMainnet(bakery.settings)) return [];
  return imagesOf(bakery)
    .filter(({ digest }) => digest === undefined)
    .map(({ name, setting }) => {
      const at = { severity: 'warning', file: file.path, line: lineOf([setting]), setting: [setting] } as const;
      return { ...at, message: `${name} has no digest, and tags can move; pin it: ${COMMAND}` };
    });
}

/** What the bakeries run, and what holds it, one line each. */
export function listImages(bakeries: readonly Bakery[]): string {
  return everyImage(bakeries)
    .map(({ name, digest }) => `${name} ${digest ?? `has no digest; ${COMMAND}`}`)
    .join('\n');
}

/** What came of pinning: a line for each image, and whether every registry has answered. */
export interface Pinned {
  readonly text: string;
  readonly isWhole: boolean;
}

/**
 * Asks registries for the digests that model/images.yaml lacks, and writes them there. A digest that is there stays, also
 * when its tag has moved: which of the two is right a person decides. An image that cannot be had holds up no other.
 */
export async function pinImages(cwd: string, bakeries: readonly Bakery[], home?: Home): Promise<Pinned> {
  const path = join(cwd, FILE);
  const text = using(path, 'read', () => readFileSync(path, 'utf8'));
  const found = new Map<string, string>();
  const lines: string[] = [];
  const refused: string[] = [];
  for (const image of everyImage(bakeries)) {
    try {
      const digest = await digestOf(image, home);
      lines.push(outcome(image, digest));
      if (image.digest === undefined) found.set(image.name, digest);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused.push(error.message);
    }
  }
  if (found.size > 0) writeFiles(cwd, new Map([[FILE, withDigests(text, found)]]));
  const written = found.size > 0 ? `${FILE}: ${found.size} written; now npm run synth` : `${FILE}: as it was`;
  return { text: [...lines, ...refused, written].join('\n'), isWhole: refused.length === 0 };
}

function outcome({ name, digest: pinned }: UpstreamImage, digest: string): string {
  if (pinned === undefined) return `${name} ${digest}`;
  if (pinned === digest) return `${name} is what was pinned`;
  return `${name} HAS MOVED: pinned ${pinned}, the registry has ${digest}. The pinned one stays; to take the new one, take the line out of ${FILE} and pin again`;
}

function everyImage(bakeries: readonly Bakery[]): UpstreamImage[] {
  const images = new Map(bakeries.flatMap(imagesOf).map((image) => [image.name, image]));
  return [...images.keys()].sort().map((name) => images.get(name)!);
}

/** The text of images.yaml with more digests; comments and everything else stay as they are. */
export function withDigests(text: string, found: ReadonlyMap<string, string>): string {
  const document = parseDocument(text);
  const digests = document.get('digests');
  if (document.errors.length > 0 || !isMap(digests))
    throw new Refusal(`${FILE} has no map "digests"; write digests: {}`);
  digests.flow = false; // `{}` has no lines
  for (const [name, digest] of found) digests.set(name, digest);
  return document.toString({ lineWidth: 0 });
}
