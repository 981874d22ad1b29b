import { join } from 'node:path';
import type { Context, Report } from '../part';
import { ownFolder } from './child-program';
import { type Latencies, quietLatencies } from './guard-latency';
import { free } from './judge-processes';
import { memoryFolder } from './memory-folder';
import { ownPrograms } from './own-programs';
import { SigningWorld } from './signing-world';
import type { Ssh } from './ssh-tunnel';

const BATCHES = 6;
const REQUESTS = 200;
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

/** How long the guard itself takes, beside the same client at the signer directly. */
export async function judgeLatency(report: Report, world: SigningWorld): Promise<void> {
  await world.signs(world.pod);
  const { direct, whole, own }: Latencies = await quietLatencies(world, BATCHES, REQUESTS);
  const words = (name: string, { p50, p99 }: { p50: number; p99: number }) =>
    `${name} ${p50.toFixed(2)} ms p50, ${p99.toFixed(2)} ms p99`;
  const rest = `${words('the signer directly', direct)}; ${words('all of it', whole)}`;
  console.log(`  ${words("the guard's own latency", own)}; ${rest}`);
  const what = `latency of the guard itself at p99, at most ${P99_MS} ms`;
  if (own.p99 <= P99_MS) report.pass(what);
  else report.fail(what, words('it is', own));
}
