import { join } from 'node:path';
import type { Report } from '../part';
import { bundled } from '../payouts/payouts-bundled';
import { ownFolder } from '../signing/child-program';
import type { Broken } from '../signing/own-programs';
import type { Fault, Question } from './fault-proxy';
import { overtake, overtakenAt } from './judge-faults';
import { badInputs, takeBad } from './judge-input';
import { inWorld } from './judge-releases';
import { SiteStory } from './site-story';
import type { WorldParts } from './site-world';

interface Spoilt {
  /** What the builder lacks. */
  readonly name: string;
  readonly broken: readonly Broken[];
  /** Leads to where it counts. */
  readonly scene: (story: SiteStory) => Promise<void>;
  /** What the judge must say. */
  readonly found: RegExp;
}

const broken = (file: string, from: string, to: string): Broken => ({ file: `site-builder/${file}.ts`, from, to });
const DATA_FIRST = "await upload(changed.filter(({ kind }) => kind === 'data' || kind === 'asset'));";
const PAGES_DONE = 'const checkedAt = new Date(nowMs)';

export const spoiltBuilders: readonly Spoilt[] = [
  {
    name: 'word of the release last',
    broken: [
      broken(
        'release-site',
        DATA_FIRST,
        `await writeCurrent(bucket, { release: releaseOf(all), checkedAt: '', changedAt: '', dataFiles: 0, bakers }, generation); ${DATA_FIRST}`,
      ),
    ],
    scene: watched,
    found: /names a release whose/,
  },
  {
    name: 'data before the pages that name it',
    broken: [broken('release-site', DATA_FIRST, ''), broken('release-site', PAGES_DONE, `${DATA_FIRST} ${PAGES_DONE}`)],
    scene: watched,
    found: /dead: .*data\//,
  },
  {
    name: 'the home page after what it leads to',
    broken: [broken('release-site', "['leaf', 'list', 'home', 'entry']", "['home', 'list', 'leaf', 'entry']")],
    scene: watched,
    found: /dead: index\.html/,
  },
  {
    name: 'new pages before those that lead to them',
    broken: [broken('release-site', 'of [false, true]', 'of [true, false]')],
    scene: watched,
    found: /dead: /,
  },
  {
    name: 'ifGenerationMatch',
    broken: [broken('google-bucket', '{ ifGenerationMatch: generation, fields', '{ fields')],
    scene: (story) => overtake(story, overtakenAt(story.world).slice(0, 1)),
    found: /is of no release|names another release/,
  },
  {
    name: 'seven days of keeping data',
    broken: [broken('retired', '7 * 24 * 3600 * 1000', '0')],
    scene: watched,
    found: /gone too early/,
  },
  {
    name: 'a look at what is there already',
    broken: [broken('release-site', 'return stored?.md5 === file.md5 &&', 'return false &&')],
    scene: async (story) => {
      await story.begin(3);
      for (const _ of [1, 2]) await story.end();
    },
    found: /written again/,
  },
  {
    name: 'a look at what has become less',
    broken: [broken('release-site', 'mustNotBeLess(before, bakers);', '')],
    scene: (story) => takeBad(story, badInputs.filter(({ what }) => /less/.test(what)).slice(0, 1)),
    found: /is taken/,
  },
  {
    name: 'the hash of what is uploaded',
    broken: [
      broken('google-bucket', '{ name, md5Hash: md5, contentType', '{ name, contentType'),
      broken('google-bucket', 'written?.md5 === md5', 'written'),
    ],
    scene: (story) => watched(story, ({ isWrite, number }) => (isWrite && number % 3 === 0 ? 'broken' : undefined)),
    found: /is of no release|not what its name says/,
  },
];

/** Two releases, and a look at the bucket after each change: what a kill would leave there. */
async function watched(story: SiteStory, fault?: (question: Question) => Fault | undefined): Promise<void> {
  const after = () => story.look();
  for (const cycles of [3, 4]) {
    await story.begin(cycles);
    const { error } = await story.run({ after, ...(fault ? { fault } : {}) });
    if (error !== undefined) return;
    story.ended();
    await story.look();
  }
}

/** Builders that lack a rule: the judge must notice each. `root`: the checkout. */
export async function judgeSpoilt(report: Report, parts: WorldParts, root: string): Promise<void> {
  for (const [i, { name, broken: edits, scene, found }] of spoiltBuilders.entries()) {
    const folder = ownFolder(join(parts.folder, `spoilt-${i}`));
    const program = await bundled({ root, folder, name: 'site-builder' }, edits);
    await inWorld(parts, `spoilt-world-${i}`, async (world) => {
      const story = new SiteStory(world, program);
      await scene(story);
      if ([...story.found].some((each) => found.test(each)))
        report.pass('a builder that is broken on purpose is noticed');
      else
        report.fail(
          `a builder without ${name}`,
          `the judge says: ${[...story.found].slice(0, 5).join('; ') || 'nothing'}`,
        );
    });
  }
}
