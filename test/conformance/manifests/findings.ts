/** Something that a judge does not like. */
export interface Finding {
  /** As the judge calls the check: `CKV_K8S_43`, `container-resources`. */
  readonly check: string;
  /** What it is about: `StatefulSet mainnet-baking/baker container node`. */
  readonly object: string;
  /** The file in dist/. */
  readonly file: string;
  /** The judge's own words. */
  readonly words: string;
}

/** Findings that are accepted, and why. */
export interface ExceptionRow {
  readonly check: string;
  readonly reason: string;
  covers(finding: Finding): boolean;
}

/** What is left of findings once the table is taken into account; both lists are empty if all is well. */
export interface Settled {
  readonly mistakes: readonly Finding[];
  /** Rows that cover nothing any more: what they excuse is gone, or was never there. */
  readonly unused: readonly ExceptionRow[];
}

export function settle(findings: readonly Finding[], rows: readonly ExceptionRow[]): Settled {
  const covers = (row: ExceptionRow, finding: Finding) => row.check === finding.check && row.covers(finding);
  return {
    mistakes: findings.filter((finding) => !rows.some((row) => covers(row, finding))),
    unused: rows.filter((row) => !findings.some((finding) => covers(row, finding))),
  };
}

interface Pattern {
  readonly check: string;
  readonly object: RegExp;
  readonly words?: RegExp;
  readonly reason: string;
}

/** A row of a table whose objects are told by a pattern. */
export function rowOf({ check, object, words, reason }: Pattern): ExceptionRow {
  return {
    check,
    reason: `${object.source}: ${reason}`, // of several patterns with one reason, which
    covers: (finding) => object.test(finding.object) && (words?.test(finding.words) ?? true),
  };
}
