import { OTHER } from '../../programs/chain-exporter/scripted-chain';
import type { Context } from '../part';
import { ALICE, BOB, both, type Counts, ExporterRun, NEXT_PROTOCOL } from './exporter-run';
import { ProcessYard, until } from './process-yard';

/** Something that happens to a chain or to its node, and what is then counted: nothing else. */
interface Scene {
  readonly what: string;
  readonly happens: (run: ExporterRun) => unknown;
  readonly counted: Counts;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Whose turn it is at the level that comes next, and no longer. */
function turns(run: ExporterRun, ...bakers: readonly string[]): void {
  const next = run.chain.head.level + 1;
  run.chain.bakersAt = (level) => (level === next ? bakers : []);
}

const chainScenes: readonly Scene[] = [
  {
    what: 'a block of round 2: missed by whose lower round came, once, and not by whose would have come later',
    happens: (run) => {
      turns(run, ALICE, OTHER, ALICE, BOB);
      run.chain.grow({ rank: 2, votes: both });
    },
    counted: { 'alice missed block': 1 },
  },
  {
    what: 'our payload, proposed again by another: ours, and not missed',
    happens: (run) => {
      turns(run, ALICE, BOB, OTHER);
      run.chain.grow({ rank: 2, baker: OTHER, proposer: ALICE, votes: both });
    },
    counted: { 'alice proposed block': 1, 'bob missed block': 1 },
  },
  {
    what: 'a reorganisation at L: our block that was replaced is orphaned, and votes are those of the blocks that stay',
    happens: async (run) => {
      const before = run.chain.head;
      turns(run, ALICE, BOB);
      run.chain.grow({ baker: ALICE, votes: both });
      await run.seen();
      run.chain.grow({ votes: [] });
      await run.seen();
      run.chain.grow({ rank: 1, baker: BOB, votes: both }, before);
      run.chain.grow({ votes: [{ delegate: BOB }] });
    },
    counted: { 'alice missed attestation': 1, 'alice orphaned block': 1, 'bob baked block': 1 },
  },
  {
    what: 'a reorganisation at L + 1: votes for L are those of the block that stays',
    happens: async (run) => {
      const atL = run.chain.grow({ votes: both });
      run.chain.grow({ votes: [] });
      run.chain.grow({ votes: both });
      await run.seen();
      run.chain.grow({ rank: 1, votes: [{ delegate: ALICE }] }, atL);
      run.chain.grow({ votes: both });
    },
    counted: { 'bob missed attestation': 1 },
  },
  {
    what: 'a protocol switch: rights of the last block of the old one and of the first of the new one, each by its own',
    happens: (run) => {
      const { level, nextProtocol: old } = run.chain.head;
      run.chain.bakersAt = (at, protocol) =>
        (at === level + 1 && protocol === old) || (at === level + 2 && protocol === NEXT_PROTOCOL) ? [ALICE] : [BOB];
      run.chain.grow({ rank: 1, votes: both, nextProtocol: NEXT_PROTOCOL });
      run.chain.grow({ rank: 1, votes: both });
    },
    counted: { 'alice missed block': 2 },
  },
];

/** A miss of Alice's while the node fails: counted once, afterwards, and nothing is lost. */
const failureScenes: readonly Scene[] = (
  [
    ['it answers 500', 500],
    ['its answers are cut off', 'cut'],
    ['its answers are JSON of something else', 'other'],
    ['it is 401, as without the rights', 401],
  ] as const
).map(([what, fault]) => ({
  what: `a node that fails, ${what}: nothing is counted, and nothing is lost`,
  happens: async (run) => {
    const before = await run.counts();
    run.node.faults.set(/operations|participation|metadata/, fault);
    run.chain.grow({ votes: [{ delegate: BOB }] });
    run.chain.growBy(4);
    await pause(1000);
    const meanwhile = await run.counts();
    run.node.faults.clear();
    if (JSON.stringify(meanwhile) !== JSON.stringify(before)) throw new Error('something was counted meanwhile');
  },
  counted: { 'alice missed attestation': 1 },
}));

/** The chain-exporter that dist/ holds, at a node that does what real ones do. Its numbers must be these, exactly. */
export async function judgeExporter(context: Context): Promise<void> {
  const { report, root } = context;
  const yard = new ProcessYard(root, context.scratch('exporter'));
  const run = new ExporterRun(yard);
  try {
    await run.start();
    for (const scene of [...chainScenes, ...failureScenes, hangs]) {
      const counted = JSON.stringify(await run.added(() => scene.happens(run)));
      const wanted = JSON.stringify(scene.counted);
      if (counted === wanted) report.pass(`chain-exporter: ${scene.what}`);
      else report.fail(`chain-exporter: ${scene.what}`, `counted: ${counted}; wanted: ${wanted}`);
    }
    await judgeProtocol(context, run);
  } finally {
    await run.stop();
    await yard.stop();
  }
}

/** It never answers: it is said to be away, and when it is back nothing is lost. */
const hangs: Scene = {
  what: 'a node that never answers: it is said so, the numbers stand, and when it is back nothing is lost',
  happens: async (run) => {
    const up = () => run.value('chain_exporter_source_up', { source: 'sentry-a' });
    const failures = () => run.value('chain_exporter_source_failures_total', { source: 'sentry-a' });
    const [failed = 0, judged] = [await failures(), await run.value('chain_exporter_judged_level')];
    run.node.faults.set(/./, 'hangs');
    run.chain.grow({ votes: [{ delegate: BOB }] });
    run.chain.growBy(4);
    await until('the node that hangs is said to be away', async () => (await up()) === 0);
    await pause(1000);
    const stands = await run.value('chain_exporter_judged_level');
    if (stands !== judged) throw new Error(`judged went from ${judged} to ${stands} without a node`);
    if (((await failures()) ?? 0) <= failed) throw new Error('its failures are not counted');
    run.node.faults.clear();
    await until('the node is there again', async () => (await up()) === 1);
  },
  counted: { 'alice missed attestation': 1 },
};

/** After the switch: our release bakes no block any more, and the head says so. */
async function judgeProtocol({ report }: Context, run: ExporterRun): Promise<void> {
  const baked = await run.value('tezos_chain_protocol_baked', { protocol: NEXT_PROTOCOL, stage: 'running' });
  if (baked === 0) report.pass('chain-exporter: a protocol that our release does not bake is told when it runs');
  else report.fail('chain-exporter: the protocol that runs', `tezos_chain_protocol_baked is ${baked}`);
}
