import { basename, extname } from 'node:path';
import type { Bakery } from '../model/bakery';
import type { Problem, SettingPath } from '../model/messages/problems';
import { bakeryOf, type ReadFile } from '../model/reading/check';
import { at } from '../model/reading/read-settings';
import { Acknowledgements } from './acknowledgements';
import { permanentProblems } from './permanent';
import { renderBakery } from './render-bakery';
import { type Lists, type Living, secondLives } from './second-lives';

/** What is known of the past, and what is not. */
interface Past {
  readonly lists: Lists;
  /** Paths of files in bakeries/ of which nothing is known. */
  readonly unread: readonly string[];
}

interface Half extends Living {
  readonly read: ReadFile;
  /** Whether what could not be read can change no name. */
  readonly isClear: boolean;
}

/**
 * What the edits would lose or move, where other mistakes end the synthesis before it is asked: as much of it as
 * the files say as far as they could be read. Nothing is called lost because of a setting that is wrong itself.
 */
export function lossesBeside(read: readonly ReadFile[], { lists, unread }: Past): Problem[] {
  const candidates = read.map(({ candidate }) => candidate);
  const halves = read.flatMap((each): Half[] => {
    const bakery = attempt(() => bakeryOf(each.candidate, candidates));
    if (!bakery) return [];
    const acknowledged = new Acknowledgements(bakery.settings.acknowledge, lists.get(bakery.name) ?? []);
    return [{ file: each.file, bakery, acknowledged, lineOf: each.lineOf, read: each, isClear: isClear(each) }];
  });
  const clear = halves.filter((each) => each.isClear);
  const unclear = new Set(unread.map((path) => basename(path, extname(path))));
  for (const { name } of candidates) if (!clear.some(({ bakery }) => bakery.name === name)) unclear.add(name);
  const known = new Map([...lists].filter(([name]) => !unclear.has(name)));
  const bakeries = halves.map(({ bakery }) => bakery);
  return [...secondLives(clear, known).problems, ...halves.flatMap((half) => lossesOf(half, bakeries, lists))];
}

function lossesOf(half: Half, bakeries: readonly Bakery[], lists: Lists): Problem[] {
  const before = lists.get(half.bakery.name);
  const names = before && attempt(() => renderBakery(half.bakery, bakeries).permanent);
  if (!names) return [];
  return permanentProblems(half, names, before).filter(({ setting }) =>
    setting[0] === 'acknowledge' ? half.isClear : isRead(half.read, setting),
  );
}

/** A number is in no name: sizes and counts. */
function isClear({ candidate, unread, unclear }: ReadFile): boolean {
  return [...unread, ...unclear].every((path) => typeof at(candidate.settings, path) === 'number');
}

/** Whether this setting, which a problem names as the cause, is what the file says. */
function isRead({ unread, unclear }: ReadFile, setting: SettingPath): boolean {
  const meets = (path: SettingPath) => path.every((part, i) => i >= setting.length || part === setting[i]);
  return ![...unread, ...unclear].some(meets);
}

/** Undefined where half a file makes no bakery, or none that renders: then the mistakes in it are all that can be said. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
