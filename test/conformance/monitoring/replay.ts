import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { run } from '../tools/run';
import type { JudgesOfAlerts } from './judges-of-alerts';
import { inhibitionsOf, type RenderedMonitoring } from './rendered-monitoring';
import { toldInAnHour } from './told-alerts';
import { inPromtoolWords } from './week-values';
import type { WeekWorld } from './week-world';

export interface Replay {
  readonly name: string;
  readonly folder: string;
  readonly rendered: RenderedMonitoring;
  readonly world: WeekWorld;
  readonly minutes: number;
  /** Rules are evaluated so often. */
  readonly every: '15s' | '1m';
  /** Groups of rules: by a piece of their names. All, if nothing is said. */
  readonly groups?: RegExp;
}

export interface ToldAlert {
  readonly alertname: string;
  readonly severity: string;
  /** The hour, counted from 1, in which it began. */
  readonly hour: number;
  readonly times: number;
}

export interface Told {
  /** Of which somebody was told: nothing that fired hid it. */
  readonly told: readonly ToldAlert[];
  /** All that fired. */
  readonly fired: readonly ToldAlert[];
}

/**
 * What becomes of a world under the rules of dist/: promtool evaluates all of them, from the first minute to the last, with the bakery's own durations.
 * It is asked to find nothing, hour by hour, and says what it has found.
 */
export async function replayed({ promtool }: JudgesOfAlerts, replay: Replay): Promise<Told> {
  const { name, rendered, every } = replay;
  const folder = join(replay.folder, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'rules.yaml'), ruleGroups(rendered, replay.groups));
  writeFileSync(join(folder, 'replay.yaml'), stringify(testOf(replay), { lineWidth: 0, aliasDuplicateObjects: false }));
  const answer = await run(promtool, ['test', 'rules', 'replay.yaml'], { alone: folder, timeoutSeconds: 900 });
  const text = `${answer.stdout}${answer.stderr}`;
  if (answer.status !== 0 && !/^ {4}expr: /m.test(text)) throw new Error(`promtool, ${name}: ${text.slice(0, 2000)}`);
  const found = findingsIn(text, every);
  return { told: found.filter(({ isTold }) => isTold), fired: found.filter(({ isTold }) => !isTold) };
}

function ruleGroups({ prometheus }: RenderedMonitoring, wanted = /./): string {
  const { groups } = parse(prometheus['rules.yaml'] ?? 'groups: []') as { groups: { name: string }[] };
  return stringify({ groups: groups.filter(({ name }) => wanted.test(name)) }, { lineWidth: 0 });
}

function testOf({ rendered, world, minutes, every }: Replay): object {
  const queries = [toldInAnHour(every, inhibitionsOf(rendered)), toldInAnHour(every)];
  const hours = Array.from({ length: minutes / 60 }, (_, i) => i + 1);
  return {
    rule_files: ['rules.yaml'],
    evaluation_interval: every,
    tests: [
      {
        interval: '1m',
        input_series: world.series.map(({ metric, labels, value }) => ({
          series: `${metric}{${Object.entries(labels)
            .map(([label, text]) => `${label}=${JSON.stringify(text)}`)
            .join(',')}}`,
          values: inPromtoolWords(value, minutes),
        })),
        promql_expr_test: hours.flatMap((hour) =>
          queries.map((expr) => ({ expr, eval_time: `${hour}h`, exp_samples: [] })),
        ),
      },
    ],
  };
}

/** `expr: "…", time: 3h,\n exp: nil\n got: Labels: {alertname="X", severity="page"} Value: 1E+00, …` */
function findingsIn(text: string, every: Replay['every']): (ToldAlert & { isTold: boolean })[] {
  const fired = JSON.stringify(toldInAnHour(every));
  return text
    .split(/^ {4}expr: /m)
    .slice(1)
    .flatMap((block) => {
      const [, time = ''] = /, time: (\S+?),/.exec(block) ?? [];
      const hour = hoursOf(time);
      if (!(hour >= 1) || !/\bgot:/.test(block))
        throw new Error(`promtool says something else: ${block.slice(0, 500)}`);
      const [question = '', got = ''] = block.split(/\bgot:/);
      const isTold = !question.includes(fired);
      return [...got.matchAll(/\{alertname="(\w+)", severity="(\w+)"\} ([-+0-9.eE]+)/g)].map(
        ([, alertname = '', severity = '', value]) => ({ alertname, severity, hour, times: Number(value), isTold }),
      );
    });
}

/** `1d2h`, `3h` */
function hoursOf(text: string): number {
  const [, weeks = 0, days = 0, hours = 0] = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?$/.exec(text) ?? [];
  return Number(weeks) * 168 + Number(days) * 24 + Number(hours);
}
