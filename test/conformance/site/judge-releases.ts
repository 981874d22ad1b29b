import { join } from 'node:path';
import type { Context } from '../part';
import { judgeAmounts } from './published-amounts';
import { KEPT_DAYS } from './site-promise';
import { SiteStory } from './site-story';
import { SiteWorld, type WorldParts } from './site-world';

type Report = Context['report'];

/** A release, another one, and the end of what only the first one names: killed after every change in turn. */
export async function judgeKills(report: Report, parts: WorldParts): Promise<void> {
  await inWorld(parts, 'kills', async (world) => {
    const story = new SiteStory(world);
    await story.begin(3);
    story.tell(report, 'the first release, killed after each of its uploads', await story.killedAfterEach());
    await judgeAmounts(report, world, 3);
    await story.begin(4);
    story.tell(report, 'another release, killed after each of its uploads', await story.killedAfterEach());
    await judgeAmounts(report, world, 4);
    await judgeAge(report, story);
  });
}

async function judgeAge(report: Report, story: SiteStory): Promise<void> {
  const { world } = story;
  for (const day of [0, KEPT_DAYS - 1]) {
    world.days = day;
    const { changes } = await story.end();
    const names = changes.map(({ name }) => name).join(', ');
    if (names !== 'current.json') story.found.add(`a run without news changed ${names}`);
  }
  story.tell(report, 'a run without news writes one small object');
  const before = (await world.objects()).size;
  world.days = KEPT_DAYS;
  const changes = await story.killedAfterEach();
  if ((await world.objects()).size >= before)
    story.found.add(`data that no release has named for ${KEPT_DAYS} days is kept`);
  story.tell(report, 'data that no release names goes, killed after each removal', changes);
}

/** Killed after one upload, after three, nine and so on, until one ends before; and another cycle is paid before the next run. */
export async function judgeNews(report: Report, parts: WorldParts): Promise<void> {
  await inWorld(parts, 'news', async (world) => {
    const story = new SiteStory(world);
    let cycles = 3;
    await story.begin(cycles);
    await story.end();
    let kills = 0;
    for (let uploads = 1, isKilled = true; isKilled; uploads *= 3) {
      await story.begin(++cycles);
      let left = uploads;
      ({ isKilled } = await story.run({ killWhen: () => --left === 0 }));
      if (isKilled) {
        kills++;
        await story.look();
        await story.begin(++cycles);
        await story.end();
      } else story.ended();
    }
    await story.look();
    story.tell(report, 'a release that is killed, and news before the next run', kills);
  });
}

export async function inWorld(parts: WorldParts, name: string, what: (world: SiteWorld) => Promise<void>) {
  const world = await SiteWorld.start({ ...parts, folder: join(parts.folder, name) });
  try {
    await what(world);
  } finally {
    await world.stop();
  }
}
