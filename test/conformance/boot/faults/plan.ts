import type { Bakery } from '../../../../model/bakery';
import type { Report } from '../../part';
import type { Fault } from './fault';

/** A bakery, and what is to befall it. */
export interface Planned {
  readonly bakery: Bakery;
  readonly faults: Fault[];
}

/** The longest first, each to the bakery that has least to bear so far among those of the kind that it needs. */
export function planOf(bakeries: readonly Bakery[], faults: readonly Fault[], report: Report): Planned[] {
  const plan: Planned[] = bakeries.map((bakery) => ({ bakery, faults: [] }));
  for (const fault of [...faults].sort((a, b) => b.seconds - a.seconds)) {
    const [planned] = plan.filter(({ bakery }) => fault.fits(bakery)).sort((a, b) => secondsOf(a) - secondsOf(b));
    if (planned) planned.faults.push(fault);
    else report.skip(fault.name, 'no bakery here is of the kind that it needs');
  }
  return plan;
}

/** What hits all is borne by all. */
const secondsOf = ({ faults }: Planned) =>
  faults.filter(({ hitsAll }) => !hitsAll).reduce((sum, { seconds }) => sum + seconds, 0);
