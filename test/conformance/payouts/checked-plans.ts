import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PreflightConfig } from '../../../programs/preflight/preflight.contract';
import { askJson } from '../../stand-ins/kit/http-client';
import { madeSecretKey } from '../../stand-ins/kit/secret-keys';
import type { Report } from '../part';
import { run } from '../tools/run';
import type { GuardedWallet } from './guarded-wallet';
import { paid } from './money-moves';
import { MoneyWorld, START_LEVEL, until } from './money-world';
import type { PayoutPrograms } from './payouts-bundled';

const BLOCKS_PER_CYCLE = 25;
/** Moments, and on a busy machine many of them. */
const FINAL_MS = 180_000;
/** Over when the chain begins. */
const CYCLE = START_LEVEL / BLOCKS_PER_CYCLE - 1;
const USHUAIA = 'PsUshuai9QapM5TGj1JpuVGkdxz5GykdnEvS6Rh8SUVrARvZLCY';
/** What was earned in the cycle, of which 5 % is the baker's fee. */
const EARNED = { blockRewardsDelegated: 600_000, attestationRewardsDelegated: 300_000 };

/** What the engine computes from an indexer that lies is posted to nobody, a dry run sends nothing, and what is right is paid once. */
export async function judgePlans(programs: PayoutPrograms, folder: string, report: Report): Promise<void> {
  const { standIn, engine, guard } = programs;
  const pace = { blockTimeMs: 300, blocksPerCycle: BLOCKS_PER_CYCLE };
  const world = new MoneyWorld({ folder, standIn, engine, guards: [guard], ...pace });
  try {
    await world.start();
    await new CheckedPlans(world, programs.preflight, report).judge();
  } finally {
    await world.stop();
  }
}

class CheckedPlans {
  private readonly wallet: GuardedWallet;

  constructor(
    private readonly world: MoneyWorld,
    private readonly preflight: string,
    private readonly report: Report,
  ) {
    [this.wallet] = world.wallets;
  }

  async judge(): Promise<void> {
    const [first, second] = this.wallet.recipients;
    const delegators = Object.fromEntries(this.wallet.recipients.map((each, i) => [each, (i + 1) * 1_000_000_000]));
    const rewards = { ownDelegatedBalance: 0, ownStakedBalance: 6_000_000_000, ...EARNED, delegators };
    await this.world.index({ rewards: { [this.wallet.baker]: { [CYCLE]: rewards } } });
    const stranger = (word: string) => madeSecretKey(word).address;
    const others = { [first]: stranger('a'), [second]: stranger('b') };
    await this.refused('leaves delegators out', { truncated: 1 }, /the list is not whole/);
    await this.refused('puts others in their place', { others }, /delegate to/);
    await this.refused('says that more was earned', { times: 1000 }, /at most \d+ were earned/);
    await this.refused('is behind', { behind: 30 }, /the indexer is at level/);
    await this.refused('is away', { down: true }, /./);
    await this.world.index({ fault: {} });
    await this.dryRun();
    await this.paidOnce();
  }

  /** The engine computes, the preflight looks at it. */
  private async compute(dryRun = false): Promise<{ generated: number; passed: number; told: string }> {
    const { world, wallet } = this;
    const plan = join(wallet.folder, 'plan.json');
    const global = ['--path', wallet.folder, '--disable-donation-prompt'];
    const words = [world.parts.engine, ...global, 'generate-payouts', `--cycle=${CYCLE}`, '--to-file', plan];
    const env = { DISABLE_TEZPAY_KILL_SWITCH: 'true', STAND_IN_WAIT_FACTOR: '0.02' };
    const generated = await run(process.execPath, words, { env });
    if (generated.status !== 0) return { generated: generated.status, passed: 1, told: generated.stderr };
    const config = world.write(`wallet-${wallet.index}/preflight.json`, this.config(plan, dryRun));
    const { status, stdout, stderr } = await run(process.execPath, [this.preflight, '--config', config]);
    return { generated: 0, passed: status, told: `${stdout}${stderr}` };
  }

  private config(plan: string, dryRun: boolean): PreflightConfig {
    const { wallet, world } = this;
    return {
      ...{ engine: 'tezpay', baker: wallet.baker, wallet: wallet.address, firstCycle: 1, delayBlocks: 1, dryRun },
      chain: { id: 'NetXdQprcVkpaWU', protocols: [USHUAIA], blockMs: world.parts.blockTimeMs },
      ...{ mostPerCycle: '1000000000', mostPerDay: '1000000000', recipients: [], mayLeaveOut: '0' },
      ...{ guard: { plan: wallet.plan, rpc: wallet.rpc }, tzkt: world.indexerUrl },
      ...{
        computed: [plan],
        approved: join(wallet.folder, 'pay.json'),
        problems: join(wallet.folder, 'problems.json'),
      },
    };
  }

  /** Nothing is known to the guard, and nothing has reached the chain. */
  private async nothingSent(): Promise<boolean> {
    const { injected } = await askJson<{ injected: unknown[] }>(`${this.world.chainUrl}/control/state`);
    return injected.length === 0 && (await this.wallet.rows()).length === 0;
  }

  private async refused(name: string, fault: object, why: RegExp): Promise<void> {
    await this.world.index({ fault });
    const { passed, told } = await this.compute();
    const what = `an indexer that ${name}`;
    if (passed !== 0 && why.test(told) && (await this.nothingSent()))
      this.report.pass('an indexer that lies or is late redirects nothing');
    else this.report.fail(what, `it is not refused for that:\n${told}`);
  }

  private async dryRun(): Promise<void> {
    const { passed, told } = await this.compute(true);
    if (passed === 0 && told.includes('dry run') && (await this.nothingSent()))
      this.report.pass('a dry run sends nothing');
    else this.report.fail('a dry run', told);
  }

  private async paidOnce(): Promise<void> {
    const before = await this.balances();
    for (let round = 0; round < 2; round++) {
      const { generated, passed, told } = await this.compute();
      if (generated !== 0 || passed !== 0) return this.report.fail('a plan that is right', told);
      await paid(this.wallet);
      await until(() => this.isFinal(), 'what was sent is final', FINAL_MS);
    }
    const got = (await this.balances()).map((balance, i) => balance - before[i]);
    const { payouts } = JSON.parse(readFileSync(join(this.wallet.folder, 'plan.json'), 'utf8'))[0];
    const due = this.wallet.recipients.map((each) =>
      Number(payouts.find(({ recipient }: any) => recipient === each).amount),
    );
    if (got.join() === due.join()) this.report.pass('a plan that is right is paid once, to the mutez');
    else this.report.fail('a plan that is right', `${due.join(', ')} are due, and ${got.join(', ')} have come`);
  }

  private async isFinal(): Promise<boolean> {
    const rows = await this.wallet.rows().catch(() => []);
    return rows.length > 0 && rows.every(({ status }) => status === 'paid' || status === 'left out');
  }

  private balances(): Promise<number[]> {
    const path = '/chains/main/blocks/head/context/contracts';
    return Promise.all(
      this.wallet.recipients.map(async (each) => Number(await this.world.rpc<string>(`${path}/${each}/balance`))),
    );
  }
}
