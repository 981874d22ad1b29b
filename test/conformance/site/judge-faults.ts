import { createHash } from 'node:crypto';
import { CURRENT } from '../../../programs/site-builder/site-builder.contract';
import type { Report } from '../part';
import type { Fault, Question } from './fault-proxy';
import { inWorld } from './judge-releases';
import { SiteStory } from './site-story';
import type { SiteWorld, WorldParts } from './site-world';

/** The job runs each hour: with so many faults it may take some of them. */
const MOST_TRIES = 30;
/** Releases among faults; more of them only where a fault has not come yet. */
const ROUNDS = { least: 3, most: 30 };
/** How often each comes, of questions that it can concern. */
const rates: Readonly<Record<Fault, number>> = {
  ...{ cut: 0.1, stale: 0.1, reset: 0.04, lost: 0.05, broken: 0.08, error: 0.06, slow: 0.1 },
};

/**
 * Cloud Storage fails, is slow, loses what it answers, takes what comes broken and answers what was true before. After every
 * run the bucket is looked at; in the end the release is there. Which question meets which fault follows from the seed.
 */
export async function judgeFaults(report: Report, parts: WorldParts): Promise<void> {
  const met = new Set<Fault>();
  await inWorld(parts, 'faults', async (world) => {
    const story = new SiteStory(world);
    let cycles = 2;
    let tries = 0;
    const missing = () => Object.keys(rates).filter((fault) => !met.has(fault as Fault));
    for (let round = 0; round < ROUNDS.least || (missing().length > 0 && round < ROUNDS.most); round++) {
      await story.begin(++cycles);
      let error: string | undefined = '';
      for (let number = 0; error !== undefined && number < MOST_TRIES; number++, tries++) {
        const fault = (question: Question) => faultOf(`${round} ${number}`, question, met);
        ({ error } = await story.run({ fault }));
        if (error === undefined) story.ended();
        await story.look();
      }
      if (error !== undefined) story.found.add(`it does not come to an end: ${error}`);
      await story.end();
    }
    if (missing().length > 0) story.found.add(`faults that never came: ${missing().join(', ')}`);
    story.tell(report, 'a run among faults, and the site that it leaves', tries);
  });
}

function faultOf(seed: string, { number, isWrite, url }: Question, met: Set<Fault>): Fault | undefined {
  const draw = createHash('sha256').update(`${seed} ${number}`).digest();
  for (const [i, [name, rate]] of Object.entries(rates).entries()) {
    const fault = name as Fault;
    const isPossible = { broken: isWrite, stale: !isWrite, cut: !isWrite, lost: isWrite }[name] ?? true;
    if (!isPossible || url.startsWith('/computeMetadata/') || draw.readUInt16BE(2 * i) / 2 ** 16 >= rate) continue;
    met.add(fault);
    return fault;
  }
  return undefined;
}

/** One run is held before it writes what it would; meanwhile another one with news begins and ends; then it goes on. */
export async function judgeTwoAtOnce(report: Report, parts: WorldParts): Promise<void> {
  await inWorld(parts, 'two-at-once', async (world) => {
    const story = new SiteStory(world);
    const held = overtakenAt(world);
    await overtake(story, held);
    story.tell(report, 'a run that is overtaken by another one, and goes on', held.length);
  });
}

/** What is there from the first release on, and changes with each. */
export const overtakenAt = ({ payer }: SiteWorld) => [`${payer.baker.name}/index.html`, 'index.html', CURRENT];

/** Before each of these in turn. */
export async function overtake(story: SiteStory, held: readonly string[]): Promise<void> {
  let cycles = 3;
  await story.begin(cycles);
  await story.end();
  for (const name of held) {
    await story.begin(++cycles);
    const ran = await heldBefore(story, name, async () => {
      await story.begin(++cycles);
      await story.end();
    });
    if (ran.error === undefined) story.found.add(`a run that was overtaken before ${name} says that all is well`);
    await story.look();
  }
}

async function heldBefore(story: SiteStory, name: string, meanwhile: () => Promise<void>) {
  let isHeld = () => {};
  const holds = new Promise<void>((resolve) => {
    isHeld = resolve;
  });
  let letGo = () => {};
  const goesOn = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const running = story.run({
    before: async (change) => {
      if (change.name !== name) return;
      isHeld();
      await goesOn;
    },
  });
  await Promise.race([holds, running]);
  await meanwhile();
  letGo();
  return running;
}
