import { execFileSync } from 'node:child_process';
import { readJson } from '../kit/files';
import { ask, askJson } from '../kit/http-client';
import { Exit } from '../kit/program';
import { signatureBytes } from '../kit/secret-keys';
import { scaled } from '../tezpay/payout-waits';
import type { BackereiConfig } from './backerei.program';
import { type Cycle, type Database, type Delegator, readDatabase, writeDatabase } from './backerei-database';

/** What the stand-in does not compute: the rewards of delegators, by cycle and address, in mutez. */
type GivenRewards = Readonly<Record<string, Readonly<Record<string, number>>>>;

/**
 * app/Payout.hs: estimates, finals, payouts; one step, one write of the whole file, until nothing is to be done. An operation
 * is recorded ten minutes after it was injected: who ends in between pays again. Whether it was included nobody looks.
 */
export class PayoutRounds {
  constructor(
    private readonly config: BackereiConfig,
    private readonly noDryRun: boolean,
  ) {}

  async run(): Promise<void> {
    while (await this.step()) {}
  }

  /** STAND_IN_REWARDS names the file; absent: nobody earned anything. */
  private get rewards(): GivenRewards {
    return readJson<GivenRewards>(process.env.STAND_IN_REWARDS ?? '/etc/stand-in/rewards.json') ?? {};
  }

  private async step(): Promise<boolean> {
    const database = readDatabase(this.config.databasePath);
    const current = await this.currentCycle();
    const { preservedCycles, payoutDelay } = this.config;
    const updated =
      this.estimate(database, current + preservedCycles) ||
      this.finish(database, current - 1) ||
      (await this.pay(database, current - preservedCycles - payoutDelay - 1));
    writeDatabase(this.config.databasePath, database);
    return updated;
  }

  private get endpoint(): string {
    return `http://${this.config.host}:${this.config.port}`;
  }

  private get(path: string): Promise<any> {
    return askJson(`${this.endpoint}/chains/main/blocks/head/${path}`);
  }

  private async post(path: string, body: unknown): Promise<any> {
    const { status, text } = await ask(`${this.endpoint}/${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (status !== 200)
      throw new Exit(1, `backerei: VanillaHttpException: ${path}: ${status} ${text.trim().slice(0, 300)}`);
    return JSON.parse(text);
  }

  /** Its decoder needs the fields of that time: no chain of today has them. */
  private async currentCycle(): Promise<number> {
    const level = await this.get('helpers/current_level');
    if (level.voting_period === undefined)
      throw new Exit(1, 'backerei: JsonHttpException "key \\"voting_period\\" not present"');
    return level.cycle;
  }

  private estimate({ payoutsByCycle }: Database, last: number): boolean {
    const none = { bondRewards: '0', feeRewards: '0', looseRewards: '0', totalRewards: '0' };
    for (let cycle = this.config.startingCycle; cycle <= last; cycle++) {
      if (payoutsByCycle[cycle]) continue;
      process.stdout.write(`Updating DB with estimates for cycle ${cycle}...\n`);
      const entries = Object.entries(this.rewards[cycle] ?? {});
      const delegators = entries.map(([address, mutez]) => [
        address,
        { balance: '1', estimatedRewards: String(mutez) },
      ]);
      const fee = this.config.fees.filter(([from]) => from <= cycle).at(-1)?.[1] ?? { denominator: 10, numerator: 1 };
      payoutsByCycle[cycle] = {
        ...{ stakingBalance: '1', fee, estimatedTotalRewards: '0', estimatedBakerRewards: none, stolenBlocks: [] },
        delegators: Object.fromEntries(delegators),
      };
      return true;
    }
    return false;
  }

  private finish({ payoutsByCycle }: Database, last: number): boolean {
    for (let cycle = this.config.startingCycle; cycle <= last; cycle++) {
      const known = payoutsByCycle[cycle];
      if (!known || known.finalTotalRewards) continue;
      process.stdout.write(`Updating DB with actual earnings for cycle ${cycle}...\n`);
      known.finalTotalRewards = { realized: '0', paid: '0', realizedDifference: '0', estimatedDifference: '0' };
      known.finalBakerRewards = { bondRewards: '0', feeRewards: '0', looseRewards: '0', totalRewards: '0' };
      for (const each of Object.values(known.delegators)) each.finalRewards = each.estimatedRewards;
      return true;
    }
    return false;
  }

  private async pay({ payoutsByCycle }: Database, last: number): Promise<boolean> {
    for (let cycle = this.config.startingCycle; cycle <= last; cycle++) {
      if (!payoutsByCycle[cycle]) throw new Exit(1, 'backerei: should not happen: missed lookup');
      if (await this.payCycle(cycle, payoutsByCycle[cycle])) return true;
    }
    return false;
  }

  private amountOf({ estimatedRewards, finalRewards = '0' }: Delegator): bigint {
    return BigInt(this.config.payEstimatedRewards ? estimatedRewards : finalRewards);
  }

  private async payCycle(cycle: number, { delegators }: Cycle): Promise<boolean> {
    const open = Object.entries(delegators).filter(([, each]) => !each.payoutOperationHash);
    const total = open.reduce((all, [, each]) => all + this.amountOf(each), 0n);
    if (total === 0n) return false;
    const balance = BigInt(await this.get(`context/contracts/${this.config.fromAddress}/balance`));
    process.stdout.write(`Total payouts: ${total}, payout account balance: ${balance}\n`);
    if (balance < total) {
      process.stdout.write('Balance less than total required to pay cycle, aborting\n');
      return false;
    }
    const needed: [string, Delegator][] = [];
    for (const entry of open.sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (this.amountOf(entry[1]) > 0n && (await this.isRevealed(entry[0]))) needed.push(entry);
    }
    const batch = needed.slice(0, 100);
    if (batch.length === 0) return false;
    for (const [address, each] of batch) {
      process.stdout.write(`For cycle ${cycle} delegator ${address} should be paid ${this.amountOf(each)} XTZ\n`);
    }
    if (!this.noDryRun) return false;
    const hash = await this.send(batch.map(([address, each]) => [address, this.amountOf(each)]));
    await scaled(600_000);
    for (const [, each] of batch) each.payoutOperationHash = hash;
    if (batch.length === needed.length) process.stdout.write(`Payouts for cycle ${cycle} complete!\n`);
    return true;
  }

  /** An account whose key is not known is never paid. */
  private async isRevealed(address: string): Promise<boolean> {
    return address.startsWith('KT') || (await this.get(`context/contracts/${address}/manager_key`)) !== null;
  }

  /** Simulated, forged by the node, signed by the client, pre-applied, injected; limits and fees are fixed. */
  private async send(transfers: readonly (readonly [string, bigint])[]): Promise<string> {
    const { fromAddress: source } = this.config;
    const counter = BigInt(await this.get(`context/contracts/${source}/counter`));
    const contents = transfers.map(([destination, amount], i) => {
      const isContract = destination.startsWith('KT');
      const limits = isContract
        ? { storage_limit: '4', gas_limit: '1000000', fee: '100000' }
        : { storage_limit: '0', gas_limit: '16000', fee: '2120' };
      const numbers = { amount: String(amount), counter: String(counter + 1n + BigInt(i)) };
      return { kind: 'transaction', source, destination, ...numbers, ...limits };
    });
    const { hash: branch } = await this.get('header');
    const { protocol } = await this.get('metadata');
    const head = 'chains/main/blocks/head/helpers';
    const body = { operation: { branch, contents, signature: FAKE }, chain_id: 'NetXdQprcVkpaWU' }; // whatever the chain
    const { contents: results } = await this.post(`${head}/scripts/run_operation`, body);
    const applied = results.filter(({ metadata }: any) => metadata.operation_result.status === 'applied');
    if (applied.length !== contents.length) throw new Exit(1, 'backerei: ("simulation failure", ...)');
    const bytes: string = await this.post(`${head}/forge/operations`, { branch, contents });
    const signature = this.sign(bytes);
    await this.post(`${head}/preapply/operations`, [{ branch, contents, signature, protocol }]);
    return this.post('injection/operation', `${bytes}${signatureBytes(signature).toString('hex')}`);
  }

  /** The client's whole output but for its first 11 characters and the last one; its code is not looked at. */
  private sign(bytes: string): string {
    const { clientPath, clientConfigFile, fromAccountName } = this.config;
    const words = ['-c', clientConfigFile, 'sign', 'bytes', `0x03${bytes}`, 'for', fromAccountName];
    process.stdout.write(`Running '${[clientPath, ...words].join(' ')}' in a subprocess\n`);
    let output: string;
    try {
      output = execFileSync(clientPath, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    } catch (error) {
      const { stdout } = error as { stdout?: string };
      if (typeof stdout !== 'string')
        throw new Exit(1, `Subprocess returned an exception: ${(error as Error).message}`);
      output = stdout;
    }
    return output.slice(11, -1);
  }
}

const FAKE = 'edsigtXomBKi5CTRf5cjATJWSyaRvhfYNHqSUGrn4SdbYRcGwQrUGjzEfQDTuqHhuA8b2d8NarZjz8TRf65WkpQmo423BtomS8Q';
