import { join } from 'node:path';
import type { Context, Report } from '../part';
import { ownFolder } from './child-program';
import { type Latencies, type Latency, LatencyClient, middleOf } from './guard-latency';
import { free } from './judge-processes';
import { memoryFolder } from './memory-folder';
import { ownPrograms } from './own-programs';
import { SigningWorld } from './signing-world';
import type { Ssh } from './ssh-tunnel';

/** Requests to a guard that has just started: its text is being compiled. */
const COLD = 500;
/** Then, until it is as it will be for months: on two cores the slowest of a hundred take half of what the first ones do. */
const WARMING = 2500;
const BATCHES = 10;
const REQUESTS = 100;
/** What a machine does beside the guard for some seconds is not the guard's: then it is measured again. */
const MEASUREMENTS = 3;
const P99_MS = 3;
/** As on mainnet: with shorter blocks the guard asks nodes and homes more often than it ever will. */
const BLOCK_MS = 6000;

/** A world in which nothing goes wrong, begun early: at its pace it takes 20 s until a guard that has started signs. */
export async function quietWorld({ root, scratch }: Context, ssh: Ssh): Promise<SigningWorld> {
  const folder = ownFolder(join(scratch('part-signing'), 'quiet'));
  const programs = await ownPrograms(root, folder);
  const common = { memory: memoryFolder(), programs, ssh, rules: free, signingMs: 0, pods: 1 };
  return new SigningWorld({ ...common, name: 'quiet', folder, blockMs: BLOCK_MS });
}

/**
 * How long the guard itself takes, beside the same client at the signer directly. Judged once its text is compiled: a
 * guard runs for months. What the first requests after a start take is printed.
 */
export async function judgeLatency(report: Report, world: SigningWorld): Promise<void> {
  await world.signs(world.pod);
  const client = new LatencyClient(world);
  const cold = await client.latencies(COLD);
  await client.latencies(WARMING);
  let warm = await warmLatencies(client);
  for (let i = 1; i < MEASUREMENTS && warm.own.p99 > P99_MS; i++) warm = await warmLatencies(client);
  client.end();
  const words = (name: string, { p50, p99 }: Latency) => `${name} ${p50.toFixed(2)} ms p50, ${p99.toFixed(2)} ms p99`;
  const rest = `${words('the signer directly', warm.direct)}; ${words('all of it', warm.whole)}`;
  console.log(`  ${words("the guard's own latency", warm.own)} (${words('just started', cold.own)}); ${rest}`);
  const what = `latency of the guard itself at p99, at most ${P99_MS} ms`;
  if (warm.own.p99 <= P99_MS) report.pass(what);
  else report.fail(what, words('it is', warm.own));
}

async function warmLatencies(client: LatencyClient): Promise<Latencies> {
  const all: Latencies[] = [];
  for (let i = 0; i < BATCHES; i++) all.push(await client.latencies(REQUESTS));
  return middleOf(all);
}
