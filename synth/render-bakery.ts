import { invariantProblems } from '../charts/invariants/invariants';
import { renderCharts } from '../charts/main';
import { renderInfra } from '../infra/main';
import type { Bakery } from '../model/bakery';
import { keyLines, permanentFacts } from '../model/permanent-facts';
import { renderSigners } from '../signer/main';
import { signerProblems } from '../signer/signer.invariants';

/** What one bakery renders to. */
export interface RenderedBakery {
  /** Path below dist/ to content. */
  readonly files: ReadonlyMap<string, string>;
  /** Names and facts that must not change by accident, one line each. */
  readonly permanent: readonly string[];
}

/** Renders one of these bakeries. An invariant that does not hold is a defect of ours, and an ordinary error. */
export function renderBakery(bakery: Bakery, bakeries: readonly Bakery[]): RenderedBakery {
  const infra = renderInfra(bakery, bakeries);
  const charts = renderCharts(bakery);
  const signers = renderSigners(bakery);
  mustHold(bakery, [...invariantProblems(charts.objects), ...signerProblems(signers)]);
  return {
    files: new Map([...infra.files, ...charts.files, ...signers]),
    permanent: [...charts.permanent, ...infra.permanent, ...permanentFacts(bakery), ...keyLines(bakery)],
  };
}

function mustHold(bakery: Bakery, broken: readonly string[]): void {
  if (broken.length === 0) return;
  throw new Error(
    `${bakery.name}: what was rendered breaks what must always hold; nothing is written:\n  ${broken.join('\n  ')}`,
  );
}
