import type { Bakery } from '../../../../model/bakery';
import type { Report } from '../../part';
import type { Fault } from './fault';

/** A bakery, and what is to befall it. */
export interface Planned {
  readonly bakery: Bakery;
  readonly faults: Fault[];
}

/**
 * All bakeries and all faults; for whoever works on some, those that BAKERY_BOOT names: `mainnet` (with every fault that
 * fits it), `full-volume`, `mainnet,full-volume`. A word that names nothing is an error.
 */
export function asked(
  text: string | undefined,
  bakeries: readonly Bakery[],
  faults: readonly Fault[],
): { ours: readonly Bakery[]; wanted: readonly Fault[] } {
  const words = text ? text.split(',') : [];
  const known = [...bakeries.map(({ name }) => name), ...faults.map(({ word }) => word)];
  const unknown = words.filter((word) => !known.includes(word));
  if (unknown.length > 0) throw new Error(`BAKERY_BOOT: ${unknown.join(', ')}: write some of ${known.join(', ')}`);
  const ours = bakeries.filter(({ name }) => words.includes(name));
  const wanted = faults.filter(({ word }) => words.includes(word));
  return { ours: ours.length > 0 ? ours : bakeries, wanted: wanted.length > 0 ? wanted : faults };
}

/** Those whose pods can run here: keys in Cloud KMS are Google's alone, and no registry here has the image of Signatory. */
export function bootable(bakeries: readonly Bakery[], report: Report): readonly Bakery[] {
  const isHere = ({ settings }: Bakery) => settings.custody.kms === undefined;
  for (const { name } of bakeries.filter((each) => !isHere(each)))
    report.skip(`pods of ${name}`, 'its keys are in Cloud KMS, and Signatory cannot be had', 'the cloud');
  return bakeries.filter(isHere);
}

/** The longest first, each to the bakery that has least to bear so far among those of the kind that it needs. */
export function planOf(bakeries: readonly Bakery[], faults: readonly Fault[], report: Report): Planned[] {
  const plan: Planned[] = bakeries.map((bakery) => ({ bakery, faults: [] }));
  for (const fault of [...faults].sort((a, b) => b.seconds - a.seconds)) {
    const [planned] = plan.filter(({ bakery }) => fault.fits(bakery)).sort((a, b) => secondsOf(a) - secondsOf(b));
    if (planned) planned.faults.push(fault);
    else report.skip(fault.name, 'no bakery here is of that kind', 'another bakery');
  }
  return plan;
}

/** What hits all is borne by all. */
const secondsOf = ({ faults }: Planned) =>
  faults.filter(({ hitsAll }) => !hitsAll).reduce((sum, { seconds }) => sum + seconds, 0);
