import type { Bakery } from '../../model/bakery';
import { type Exception, exceptions } from './exceptions';

/** Something in dist/ that can be judged. */
export interface Subject {
  /** `StatefulSet mainnet-baking/baker container node`, `google_container_cluster.bakery` */
  readonly object: string;
  /** The file in dist/. */
  readonly file: string;
}

/** Something that a judge does not like. */
export interface Finding extends Subject {
  /** As the judge calls the check: `CKV_K8S_43`, `container-resources`. */
  readonly check: string;
  /** The judge's own words. */
  readonly words: string;
}

/** Findings that are accepted, and why. */
export interface ExceptionRow {
  readonly check: string;
  readonly reason: string;
  /** Whether the row is about it. */
  concerns(subject: Subject): boolean;
  covers(finding: Finding): boolean;
}

/** What is left of findings once the table is taken into account; both lists are empty if all is well. */
export interface Settled {
  readonly mistakes: readonly Finding[];
  /** Rows that cover nothing any more: what they excuse is there, and is well. */
  readonly unused: readonly ExceptionRow[];
}

/**
 * A row about nothing that is there (a bakery was deleted) is no mistake here; that each row is about something that
 * the synthesizer renders is checked by `npm test`.
 */
export function settle(
  { subjects, findings }: { subjects: readonly Subject[]; findings: readonly Finding[] },
  rows: readonly ExceptionRow[],
): Settled {
  const covers = (row: ExceptionRow, finding: Finding) => row.check === finding.check && row.covers(finding);
  return {
    mistakes: findings.filter((finding) => !rows.some((row) => covers(row, finding))),
    unused: rows.filter(
      (row) => subjects.some((subject) => row.concerns(subject)) && !findings.some((finding) => covers(row, finding)),
    ),
  };
}

/** The rows of a judge, one for each pattern. */
export function rowsOf(judge: Exception['judge'], bakeries: readonly Bakery[]): ExceptionRow[] {
  const ofJudge = exceptions.filter((row) => row.judge === judge);
  return ofJudge.flatMap((row) => row.objects.map((pattern) => rowOf(row, pattern, bakeries)));
}

function rowOf({ check, words, where, reason }: Exception, pattern: RegExp, bakeries: readonly Bakery[]): ExceptionRow {
  const concerns = ({ object, file }: Subject) => {
    const bakery = bakeries.find(({ name }) => name === folderOf(file));
    // checkov tells the id of a resource, not its type: there may be several.
    const fits = object.split(' or ').some((each) => pattern.test(each));
    return fits && (where === undefined || (bakery !== undefined && where(bakery)));
  };
  return {
    check,
    reason: `${pattern.source}: ${reason}`, // of several patterns with one reason, which
    concerns,
    covers: (finding) => concerns(finding) && (words?.test(finding.words) ?? true),
  };
}

function folderOf(file: string): string | undefined {
  return /(?:^|\/)(?:charts|infra\/stacks)\/([^/]+)\//.exec(file)?.[1];
}
