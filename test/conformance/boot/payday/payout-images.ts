import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tools } from '../../tools/tools';
import { bareImage } from '../bare-image';
import { debianBase, suiteOf } from '../debian-base';
import { readDockerfile } from '../dockerfile';
import { builtImage } from '../image-builder';
import { nodeEnv, nodeFiles, programFiles } from '../node-image';
import { standInOf } from '../octez-image';
import { backereiRewards } from './paying-bakery';

/** The release that the stand-in is. */
const TEZPAY = '0.25.1';
/** Waits of an engine, as a part of the real ones: tezpay's for an indexer become 13 s, Backerei's after a batch 12 s. */
const waits = { tezpay: 0.1, backerei: 0.02 };

/** tezpay (the stand-in) as its image has it: the program, and no shell. Answers a docker-archive. `root`: the checkout. */
export async function tezpayImage(root: string, names: readonly string[], version: string): Promise<string> {
  if (version !== TEZPAY) throw new Error(`dist/ names ${names[0]}, and the stand-in is tezpay ${TEZPAY}`);
  const entry = '/tezpay-bin/tezpay';
  const locks = await programFiles('/usr/bin/flock', '/usr/bin/flock'); // by which the stand-in locks, as Node cannot
  const files = [...locks, { path: entry, mode: 0o755, text: programOf(root) }];
  const config = { Env: [...nodeEnv, `STAND_IN_WAIT_FACTOR=${waits.tezpay}`], Entrypoint: [entry] };
  const parts = { shared: await nodeFiles(), files, folders: ['tezpay', 'tmp'] };
  return bareImage({ name: 'tezpay', ...parts, config, names });
}

/** Signatory (the stand-in) at the place of the real one. Answers a docker-archive. */
export async function signatoryImage(root: string, names: readonly string[]): Promise<string> {
  const entry = '/bin/signatory';
  const files = [{ path: entry, mode: 0o755, text: programOf(root) }];
  return bareImage({
    name: 'signatory',
    shared: await nodeFiles(),
    files,
    folders: ['tmp'],
    config: { Env: nodeEnv, Entrypoint: [entry] },
    names,
  });
}

const programOf = (root: string) => standInOf(root).standInProgram();

const DOCKERFILE = 'charts/payouts/image/Dockerfile';
/** What the stage before has built. */
const BUILT = /^COPY --from=build \/out\/backerei \/usr\/local\/bin\/backerei$/m;

/**
 * Backerei's image by its own Dockerfile, but for the stage that builds it, whose packages are in no registry here: the
 * stand-in takes its place. Answers a docker-archive.
 */
export async function backereiImage(tools: Tools, root: string, names: readonly string[]): Promise<string> {
  const text = runStage(readFileSync(join(root, DOCKERFILE), 'utf8'));
  const suite = suiteOf(readDockerfile(text).base, DOCKERFILE);
  const { launcher, standInBundle } = standInOf(root);
  const context = new Map([
    ['files/usr/local/bin/backerei', { text: launcher('backerei'), mode: 0o755 }],
    ['files/opt/stand-in/stand-in.cjs', { text: standInBundle(), mode: 0o644 }],
    ['files/etc/stand-in/rewards.json', { text: JSON.stringify(backereiRewards), mode: 0o644 }],
  ]);
  const base = await debianBase(tools, { suite, packages: ['libstdc++6'], withNode: true }); // what Node is linked against
  return builtImage({ name: 'backerei', text, base, context, names });
}

/** Of that Dockerfile the arguments and the last stage, with the stand-in in the place of what the stage before has built. */
export function runStage(text: string): string {
  const [head = '', ...stages] = text.split(/^(?=FROM )/m);
  const last = stages.at(-1) ?? '';
  if (stages.length !== 2 || !BUILT.test(last))
    throw new Error(`${DOCKERFILE}: no two stages, or the last takes something else`);
  return `${head}${last.replace(BUILT, 'COPY files /')}\nENV STAND_IN_WAIT_FACTOR=${waits.backerei}\n`;
}
