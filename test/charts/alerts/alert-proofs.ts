import { stringify } from 'yaml';
import { bakeryAlerts } from '../../../charts/bakery.charts';
import { ruleFile } from '../../../charts/monitoring/prometheus-config';
import type { Bakery } from '../../../model/bakery';
import { judged, testWith } from './judges';

/** Series and their values in promtool's notation, a value a minute: `1+0x240`. */
export type Series = Readonly<Record<string, string>>;
type Labels = Readonly<Record<string, string>>;

/** That an alert fires on its fault and on nothing else. */
export interface Proof {
  readonly alert: string;
  readonly bakery: Bakery;
  /** As everything is well: `a+bxN` each. */
  readonly healthy: Series;
  /** What is otherwise in the fault. */
  readonly fault: Series;
  /** When to look, in minutes. */
  readonly at: number;
  /** Labels of what then fires. */
  readonly firing: readonly Labels[];
  /** Whether it is what it tells that the source is gone. */
  readonly firesWhenGone?: true | readonly Labels[];
}

/** So many minutes of one value. */
export const steady = (value: number) => `${value}+0x400`;
/** So many minutes of a number that grows by so much each. */
export const growing = (by: number, from = 0) => `${from}+${by}x400`;

/** A test each: the fault, the healthy series, and what is left when nobody tells any more. */
export function proofTests(proofs: readonly Proof[]): void {
  const withPromtool = testWith('promtool');
  const names = proofs.map(({ alert }) => alert);
  let verdicts: ReadonlyMap<string, string>;

  describe('alerts', () => {
    withPromtool('are judged by promtool, each by itself', () => {
      verdicts = judge(proofs);
    });

    withPromtool.each(names)('%s fires on its fault, for those whom it is about and no others', (name) => {
      expect(verdicts.get(`${name}.fault`)).toBe('SUCCESS');
    });

    withPromtool.each(names)('%s is quiet while all is well', (name) => {
      expect(verdicts.get(`${name}.healthy`)).toBe('SUCCESS');
    });

    withPromtool.each(names)('%s rests when nobody tells, or is what then fires', (name) => {
      expect(verdicts.get(`${name}.gone`)).toBe('SUCCESS');
    });
  });
}

/** One run of promtool for all of them: what it says to each, by `<alert>.<scene>`. */
function judge(proofs: readonly Proof[]): Map<string, string> {
  const files: Record<string, string> = {};
  for (const proof of proofs) files[rulesOf(proof)] = rulesFor(proof);
  const scenes = proofs.flatMap((proof) =>
    Object.entries(scenesOf(proof)).map(([scene, file]) => ({ proof, scene, file })),
  );
  for (const { proof, scene, file } of scenes) files[`${proof.alert}.${scene}.yaml`] = stringify(file);
  const words = scenes.map(({ proof, scene }) => `${proof.alert}.${scene}.yaml`);
  const text = judged('promtool', files, 'test', 'rules', ...words);
  const parts = text
    .split(/(?:Unit Testing|Processing test file):/) // before and since Prometheus 3.16
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return new Map(parts.map((part) => [part.split('.yaml')[0], part.split('.yaml').slice(1).join('.yaml').trim()]));
}

const rulesOf = ({ alert }: Proof) => `rules-of-${alert}.yaml`;

/** The rule of the alert alone: all of them, each minute of each scene, take promtool minutes. */
function rulesFor({ alert, bakery }: Proof): string {
  const own = [...bakeryAlerts(bakery).values()].flat().filter(({ name }) => name === alert);
  if (own.length !== 1) throw new Error(`${bakery.name} has ${own.length} alerts ${alert}`);
  return ruleFile(bakery, new Map([['proof', own]]));
}

function scenesOf(proof: Proof): Record<string, object> {
  const { healthy, fault, at, firing, firesWhenGone } = proof;
  const gone = Object.fromEntries(
    Object.entries(healthy).map(([name, values]) => [name, values.replace(/x\d+$/, 'x60 stale')]),
  );
  return {
    fault: scene(proof, { ...healthy, ...fault }, at, firing),
    healthy: scene(proof, healthy, Math.max(at, 120), []),
    gone: scene(proof, gone, 130, firesWhenGone === true ? firing : (firesWhenGone ?? [])),
  };
}

function scene(proof: Proof, series: Series, minutes: number, firing: readonly Labels[]): object {
  const labels = [...new Set(proof.firing.flatMap((each) => Object.keys(each)))];
  const alerts = `ALERTS{alertname="${proof.alert}",alertstate="firing"}`;
  const exp_samples = firing.map((each) => ({ labels: labelText(each), value: 1 }));
  return {
    rule_files: [rulesOf(proof)],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: [
          { expr: `count by (${labels.join(', ')}) (${alerts})`, eval_time: `${minutes}m`, exp_samples },
        ],
      },
    ],
  };
}

function labelText(labels: Labels): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ')}}`;
}
