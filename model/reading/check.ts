import { Bakery } from '../bakery';
import { projectIdOf } from '../google/project-id';
import { BakeryFileError, firstOf, type Problem, type SettingPath } from '../messages/problems';
import { Hidden } from '../messages/shown';
import type { Candidate, Finding, Rule } from '../rules/rule';
import { rules as everyRule } from '../rules/rules';
import { type BakeryFile, type ParsedFile, parseBakeryFile } from './bakery-file';
import { at, type ReadSettings, readSettings } from './read-settings';

/** What became of a set of bakery files: bakeries, or every problem of every file. Warnings come with both. */
export interface Checked {
  /** Empty if any problem is an error. */
  readonly bakeries: readonly Bakery[];
  /** By file, then by line. */
  readonly problems: readonly Problem[];
  /** Every file as far as it could be read, in the order of the files. */
  readonly read: readonly ReadFile[];
}

/** A file as far as it could be read. */
export interface ReadFile {
  readonly file: BakeryFile;
  readonly candidate: Candidate;
  /** As ParsedFile has it. */
  readonly lineOf: ParsedFile['lineOf'];
  /** Settings that were wrong or missing: a stand-in or their default takes their place in the candidate. */
  readonly unread: readonly SettingPath[];
  /** Sections with a name that may stand for any of their settings. */
  readonly unclear: readonly SettingPath[];
}

interface Reading extends ReadSettings, ReadFile {
  readonly parsed: ParsedFile;
}

/** Reads and checks all files together: some rules cross files. */
export function checkBakeries(files: readonly BakeryFile[]): Checked {
  const readings = files.map(read);
  const problems = problemsOf(readings, everyRule);
  const isWrong = problems.some(({ severity }) => severity === 'error');
  const candidates = readings.map(({ candidate }) => candidate);
  const bakeries = isWrong ? [] : candidates.map((each) => bakeryOf(each, candidates));
  return { bakeries, problems, read: readings };
}

/** The bakery that a file describes, one of these. Throws an ordinary error if what was read of it describes none. */
export function bakeryOf(candidate: Candidate, all: readonly Candidate[]): Bakery {
  return new Bakery(candidate.name, candidate.settings, owns(candidate, all));
}

/** The same; throws BakeryFileError with every problem if one is an error. */
export function mustBeRight(files: readonly BakeryFile[]): Checked {
  const checked = checkBakeries(files);
  if (checked.bakeries.length === 0) throw new BakeryFileError(checked.problems);
  return checked;
}

/** What these rules find in the files, beside what cannot be read. */
export function findProblems(files: readonly BakeryFile[], rules: readonly Rule[] = everyRule): Problem[] {
  return problemsOf(files.map(read), rules);
}

function problemsOf(readings: readonly Reading[], rules: readonly Rule[]): Problem[] {
  const candidates = readings.map(({ candidate }) => candidate);
  return readings.flatMap((reading) => {
    const found = rules
      .filter((rule) => !reading.unread.some((path) => rule.reads.some((pattern) => overlap(pattern, path))))
      .flatMap((rule) => rule.find(reading.candidate, candidates).map((finding) => problemOf(reading, rule, finding)));
    const all = [...reading.parsed.problems, ...reading.problems, ...found];
    return firstOf(all).map((problem) => withoutSecrets(problem, reading.parsed));
  });
}

/** Whatever a problem repeats of its file, it repeats no secret: not in its words, its value or its path. */
function withoutSecrets(problem: Problem, { hide }: ParsedFile): Problem {
  const isHidden = typeof problem.value === 'string' && hide(problem.value) !== problem.value;
  return {
    ...problem,
    message: hide(problem.message),
    setting: problem.setting.map((part) => (typeof part === 'string' ? hide(part) : part)),
    value: isHidden ? new Hidden(problem.value as string) : problem.value,
  };
}

function read(file: BakeryFile): Reading {
  const parsed = parseBakeryFile(file);
  const result = readSettings(file.path, parsed);
  return {
    ...result,
    file,
    parsed,
    lineOf: parsed.lineOf,
    candidate: { name: file.name, file: file.path, settings: result.settings },
  };
}

/** A bakery alone in its project owns what exists once there; among several, the one that says so. */
function owns({ settings }: Candidate, all: readonly Candidate[]): boolean {
  const { ownsProject } = settings.google;
  if (ownsProject !== undefined) return ownsProject;
  return all.filter((other) => projectIdOf(other.settings) === projectIdOf(settings)).length === 1;
}

function problemOf({ parsed, candidate }: Reading, rule: Rule, { setting, message, value }: Finding): Problem {
  const written = at(parsed.data, setting);
  const shown = value === undefined ? (written ?? at(candidate.settings, setting)) : (value ?? undefined);
  const severity: Problem['severity'] = rule.severity ?? 'error';
  return { severity, file: candidate.file, line: parsed.lineOf(setting), setting, message, value: shown };
}

/** Whether a rule that reads `pattern` (`bakers[].address`) reads something at, above or below `path`. */
function overlap(pattern: string, path: SettingPath): boolean {
  const parts = pattern.split(/\.|(?=\[\])/);
  return path.every((part, i) => i >= parts.length || parts[i] === (typeof part === 'number' ? '[]' : part));
}
