import { parse, stringify } from 'yaml';
import type { Context, Part } from '../part';
import { type KmsBakery, kmsBakery, type RenderedGateway, renderedGateway } from './kms-bakery';
import { type Check, checksOf, checksWithoutDal } from './signatory-checks';
import { type Done, type Programs, type Result, runSignatory } from './signatory-run';

/**
 * Signatory itself, as it is released, with the configuration that is rendered for `custody: kms`: what it takes, signs
 * and refuses, also after it was killed, and when two of them run. Cloud KMS, Firestore and the metadata server are
 * stand-ins, built on Google's own definitions of their APIs.
 */
export const kms: Part = { name: 'kms', budgetSeconds: 20, run };

async function run(context: Context): Promise<void> {
  const { programs, version } = await context.tools.signatory();
  context.report.version('signatory', version);
  const judge = new Judge(context, programs);
  const [withDal, withoutDal] = [kmsBakery({ dal: true }), kmsBakery({ dal: false })];
  const gateway = renderedGateway(withDal);
  const checks = checksOf(withDal, gateway);
  const result = await judge.judge(withDal, gateway, checks);
  judge.reportRace(result);
  judge.reportProgram(gateway, version, result);
  await judge.judge(withoutDal, renderedGateway(withoutDal), checksWithoutDal(withoutDal));
  for (const each of sabotages) await judge.mustFind(withDal, gateway, checks, each);
}

/** A configuration that is wrong on purpose, and the check that must say so. */
interface Sabotage {
  readonly name: string;
  readonly found: RegExp;
  change(config: any): void;
}

const sabotages: readonly Sabotage[] = [
  {
    name: 'marks in memory',
    found: /killed and started anew/,
    change: (config) => (config.watermark = { driver: 'mem' }),
  },
  {
    name: 'marks in the files of the pod',
    found: /two that run at once/,
    change: (config) => (config.watermark = { driver: 'file' }),
  },
  {
    name: 'no kinds of requests',
    found: /what bakers sign/,
    change: (config) => forEachKey(config, (policy) => delete policy.allow),
  },
  {
    name: 'any chain',
    found: /another chain/,
    change: (config) => forEachKey(config, (policy) => delete policy.allowed_chains),
  },
  {
    name: 'transfers',
    found: /transfers/,
    change: (config) => forEachKey(config, (policy) => (policy.allow.generic = ['transaction'])),
  },
  {
    name: "another bakery's key ring",
    found: /every probe/,
    change: (config) => (config.vaults.kms.config.key_ring = 'other-signing'),
  },
  {
    name: "another bakery's database",
    found: /what bakers sign/,
    change: (config) => (config.watermark.config.database = 'other-watermarks'),
  },
];

function forEachKey(config: any, change: (policy: any) => void): void {
  for (const policy of Object.values(config.tezos)) change(policy);
}

class Judge {
  private runs = 0;

  constructor(
    private readonly context: Context,
    private readonly programs: Programs,
  ) {}

  async judge(of: KmsBakery, gateway: RenderedGateway, checks: readonly Check[]): Promise<Result> {
    const { report } = this.context;
    const result = await this.run(of, gateway, checks);
    for (const { check, done, wrong } of verdicts(checks, result)) {
      if (wrong.length > 0)
        report.fail(check.what, `${wrong.join('\n')}\n${result.log.trim().split('\n').slice(-5).join('\n')}`);
      else report.pass(check.what, done.flatMap(({ answers }) => answers).length);
    }
    return result;
  }

  /** Two that never meet prove nothing. */
  reportRace({ aborted }: Result): void {
    const what = 'transactions that found another one to be faster';
    if (aborted > 0) this.context.report.pass(what, aborted);
    else this.context.report.fail(what, 'two Signatories asked at once never met in the database');
  }

  /** What is judged is what runs, and has room there. */
  reportProgram({ image, memory }: RenderedGateway, version: string, { peakMiB }: Result): void {
    const { report } = this.context;
    const [what, room] = ['the Signatory that is judged is the one that runs', 'it has twice the memory that it took'];
    if (image.includes(`/signatory:${version}`)) report.pass(what);
    else report.fail(what, `kms/go/go.mod has ${version}, the pod ${image}`);
    if (peakMiB * 2 <= Number.parseInt(memory, 10)) report.pass(room);
    else report.fail(room, `it took ${peakMiB} MiB, and its container may take ${memory}`);
  }

  async mustFind(of: KmsBakery, gateway: RenderedGateway, checks: readonly Check[], sabotage: Sabotage): Promise<void> {
    const { report } = this.context;
    const config = parse(gateway.config);
    sabotage.change(config);
    config.base_dir = this.context.scratch(`part-kms-base-${this.runs}`);
    const finder = checks.findIndex(({ what }) => sabotage.found.test(what));
    const needed = checks.slice(0, finder + 1);
    const result = await this.run(of, { ...gateway, config: stringify(config) }, needed);
    const found = verdicts(needed, result).at(-1)?.wrong ?? [];
    if (found.length > 0) report.pass('mistakes made on purpose, and refused');
    else
      report.fail(`accepted: ${sabotage.name}`, 'made on purpose, to see whether this part would find it: it does not');
  }

  private run({ keys }: KmsBakery, gateway: RenderedGateway, checks: readonly Check[]): Promise<Result> {
    const folder = this.context.scratch(`part-kms-${this.runs++}`);
    return runSignatory(this.programs, { gateway, keys, steps: checks.flatMap(({ steps }) => steps), folder });
  }
}

/** Each check with what its steps brought. */
function verdicts(checks: readonly Check[], { steps }: Result) {
  let next = 0;
  return checks.map((check) => {
    const done: readonly Done[] = steps.slice(next, next + check.steps.length);
    next += check.steps.length;
    return { check, done, wrong: check.wrong(done) };
  });
}
