import { join } from 'node:path';
import type { Bakery } from '../../model/bakery';
import { BakeryFileError, sentence } from '../../model/messages/problems';
import { checkBakeries } from '../../model/reading/check';
import { readBakeryFiles } from '../../synth/read-bakeries';
import { SharedCluster } from './cluster/shared-cluster';
import { fileFinder } from './named-files';
import type { Context, Part } from './part';
import { parts } from './parts';
import { closingLine, PartReport, table, timeLine } from './run-report';
import { cleanUpAfterCrashes, RunState } from './run-state';
import { removeDrafts, removeStaleDrafts } from './tools/cache';
import { killRunning } from './tools/run';
import { Tools } from './tools/tools';

const USAGE = `usage: npm run conformance -- [part ...] [--keep] [--long] [--list]
  parts: ${parts.map(({ name }) => name).join(', ')}; all of them when none is named
  --keep  leave the cluster up after the parts, until Ctrl-C
  --long  waits at their full length, a hundred thousand signatures (minutes more)
  --list  print the names of the parts`;

/** The command line. */
export async function main(root: string, words: readonly string[]): Promise<void> {
  const names = words.filter((word) => !word.startsWith('--'));
  const options = words.filter((word) => word.startsWith('--'));
  const strangers = [
    ...names.filter((name) => !parts.some((part) => part.name === name)),
    ...options.filter((option) => !['--keep', '--long', '--list'].includes(option)),
  ];
  if (strangers.length > 0) {
    console.error(`${strangers.join(', ')}: unknown\n${USAGE}`);
    process.exitCode = 2;
  } else if (options.includes('--list')) console.log(parts.map(({ name }) => name).join('\n'));
  else {
    const chosen = names.length === 0 ? parts : parts.filter(({ name }) => names.includes(name));
    await conformance(root, chosen, { keep: options.includes('--keep'), long: options.includes('--long') });
  }
}

async function conformance(
  root: string,
  chosen: readonly Part[],
  { keep, long }: { keep: boolean; long: boolean },
): Promise<void> {
  for (const folder of cleanUpAfterCrashes()) console.log(`cleaned up after a run that was killed: ${folder}`);
  const state = new RunState();
  removeStaleDrafts();
  process.once('exit', () => {
    killRunning();
    removeDrafts();
    state.destroy();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
  const tools = new Tools(join(root, 'test', 'conformance'));
  const cluster = new SharedCluster(tools, state);
  const reports: PartReport[] = [];
  try {
    const bakeries = bakeriesOf(root);
    for (const part of chosen) {
      const keepsObjects = keep && part === chosen.at(-1);
      const scratch = (name: string) => state.subfolder(name);
      reports.push(await runPart(part, { root, bakeries, tools, cluster, scratch, keep: keepsObjects, long }));
    }
    console.log(`\n${table(reports)}\n\n${timeLine(reports, cluster.startSeconds)}\n${closingLine(reports)}`);
    if (keep) await cluster.keepUntilSignal();
  } catch (error) {
    if (!(error instanceof BakeryFileError)) throw error;
    console.error(error.problems.map(sentence).join('\n'));
    process.exitCode = 1;
  } finally {
    await cluster.stop();
  }
  if (reports.some(({ rows }) => rows.some(({ failed }) => failed > 0))) process.exitCode = 1;
  process.exit(); // a part's forgotten socket must not keep a finished run alive
}

function bakeriesOf(root: string): readonly Bakery[] {
  const { bakeries, problems } = checkBakeries(readBakeryFiles(root));
  if (bakeries.length === 0) throw new BakeryFileError(problems);
  return bakeries;
}

interface Shared extends Omit<Context, 'cluster' | 'report'> {
  readonly cluster: SharedCluster;
}

async function runPart(part: Part, { cluster, ...shared }: Shared): Promise<PartReport> {
  const report = new PartReport(part, Boolean(process.env.CI), fileFinder(shared.root));
  console.log(`${part.name} ...`);
  const begin = Date.now();
  const waitedBefore = cluster.startSeconds;
  try {
    await part.run({ ...shared, cluster: (waits) => cluster.get(waits), report });
    if (report.rows.length === 0) report.fail('the part itself', 'it checked nothing');
  } catch (error) {
    report.fail('the part ended early', `${(error as Error).message}\n${cluster.lastWords()}`);
    if (process.env.BAKERY_CONFORMANCE_DEBUG) console.log((error as Error).stack);
  }
  // The cluster is everybody's: its start is no part's time.
  report.seconds = (Date.now() - begin) / 1000 - (cluster.startSeconds - waitedBefore);
  return report;
}
