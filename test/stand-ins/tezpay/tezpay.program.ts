import { readFileSync, writeFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { type Flags, type Options, parseCobra } from '../kit/command-line';
import { Exit, type Program, say } from '../kit/program';
import { lockCycles } from './lock-cycles';
import { scaled } from './payout-waits';
import { type Blueprint, cyclesOf } from './plan-file';
import { CODES, inputOf } from './tezpay-codes';
import { executePayouts } from './tezpay-execute';
import { generatePlan } from './tezpay-generate';
import { preparePayouts } from './tezpay-prepare';
import { Reports } from './tezpay-reports';
import { revealWallet } from './tezpay-reveal';
import { readSettings, type TezpaySettings } from './tezpay-settings';

/** cmd/root.go; they may stand before or after the command. */
const GLOBAL: Flags = {
  ...{ '--path': 'value', '--output-format': 'value', '--log-level': 'value', '--log-server': 'value' },
  ...{ '--log-file': 'value', '--no-color': 'switch', '--signer': 'value', '--skip-version-check': 'switch' },
  ...{ '--disable-donation-prompt': 'switch', '--pay-only-address-prefix': 'value' },
};
const INTERVAL: Flags = {
  ...{ '--cycle': 'value', '--interval': 'value', '--interval-trigger-offset': 'value' },
  ...{ '--include-previous-cycles': 'value', '--skip-balance-check': 'switch', '--dry-run': 'switch' },
};
const commands: Readonly<Record<string, Flags>> = {
  version: {},
  reveal: {},
  'generate-payouts': { ...INTERVAL, '--to-file': 'value' },
  pay: {
    ...INTERVAL,
    ...{ '--confirm': 'switch', '--from-file': 'value', '--from-stdin': 'switch', '--report-to-stdout': 'switch' },
    ...{ '--no-separate-sc': 'switch', '--no-separate-fa': 'switch', '--silent': 'switch', '--notificator': 'value' },
  },
};
const ALIASES = { '-p': '--path', '-o': '--output-format', '-l': '--log-level', '-c': '--cycle', '-s': '--silent' };

/** tezpay 0.25.1 as far as CronJobs call it: `generate-payouts`, `pay` and `reveal`. What it does not understand it explains, with code 0. */
export const tezpayProgram: Program = ({ words }) =>
  run(words).catch((error: Error) => {
    throw error instanceof Exit ? error : new Exit(CODES.failed, error.message);
  });

async function run(words: readonly string[]): Promise<number> {
  const parsed = parseCobra('tezpay', words, { global: GLOBAL, commands, aliases: ALIASES });
  if (!parsed) return 0;
  const { command, options } = parsed;
  if (command === 'version') {
    process.stdout.write('0.25.1\n');
    return 0;
  }
  if (!['', 'debug', 'info', 'warn', 'error'].includes(options.value('--log-level') ?? '')) {
    throw new Exit(CODES.logLevel, 'invalid log level');
  }
  const reports = Reports.open(options.value('--path') ?? '.', options.has('--dry-run'));
  const settings = await readSettings(options);
  if (command === 'reveal') return revealWallet(settings);
  return command === 'pay' ? pay(settings, options, reports) : generate(settings, options);
}

async function generate(settings: TezpaySettings, options: Options): Promise<number> {
  const cycles = await chosenCycles(settings, options);
  if (!options.has('--disable-donation-prompt') && !settings.donates) await scaled(5000);
  const plans: Blueprint[] = [];
  for (const cycle of cycles) {
    const plan = await generatePlan(settings, cycle);
    if (plan) plans.push(plan);
    else say(`no data available for cycle ${cycle}, skipping`);
  }
  const target = options.value('--to-file');
  const text = JSON.stringify(plans);
  if (!target) return say(text) ?? 0;
  try {
    writeFileSync(target, text, { mode: 0o644 });
  } catch (error) {
    throw new Exit(CODES.planWrite, `failed to write payouts to file: ${(error as Error).message}`);
  }
  return 0;
}

async function pay(settings: TezpaySettings, options: Options, reports: Reports): Promise<number> {
  if (!options.has('--disable-donation-prompt') && !settings.donates) requireConfirmation();
  const plans = await plansOf(settings, options);
  const cycles = cyclesOf(plans);
  const unlock = await lockCycles(reports.root, cycles);
  try {
    const prepared = await preparePayouts(settings, plans, reports, options.has('--skip-balance-check'));
    if (prepared.valid.length === 0) {
      say('nothing to pay out');
      return 0;
    }
    if (!options.has('--confirm')) requireConfirmation();
    const results = await executePayouts(settings, prepared, reports, {
      dryRun: options.has('--dry-run'),
      mixContracts: options.has('--no-separate-sc'),
    });
    const failed = results.filter(({ success }) => !success).length;
    if (failed > 0) throw new Exit(CODES.failed, `failed operations detected: ${failed} of ${results.length}`);
    return 0;
  } finally {
    unlock();
  }
}

/** Without a terminal the answer is no. */
function requireConfirmation(): void {
  if (isatty(0) && isatty(1)) throw new Error('the stand-in asks nobody');
  throw new Exit(CODES.notConfirmed, 'not confirmed');
}

async function plansOf(settings: TezpaySettings, options: Options): Promise<Blueprint[]> {
  const file = options.value('--from-file');
  if (file === undefined && !options.has('--from-stdin')) {
    const plans: Blueprint[] = [];
    for (const cycle of await chosenCycles(settings, options)) {
      const plan = await generatePlan(settings, cycle);
      if (plan) plans.push(plan);
    }
    return plans;
  }
  try {
    const text = file === undefined ? readFileSync(0, 'utf8').split('\n')[0] : readFileSync(file, 'utf8');
    return (JSON.parse(text) as Blueprint[] | null) ?? [];
  } catch (error) {
    throw new Exit(CODES.planRead, `failed to load payouts: ${(error as Error).message}`);
  }
}

/** 0 and less count back from the last completed cycle; more than one only where an interval is asked for. */
async function chosenCycles(settings: TezpaySettings, options: Options): Promise<number[]> {
  const number = (name: string, usual: number) => (options.has(name) ? inputOf(options, name) : usual);
  const asked = number('--cycle', 0);
  const cycle = asked > 0 ? asked : (await settings.rpc.currentCycle()) - 1 + asked;
  const interval = Math.min(Math.max(number('--interval', 1), 1), 365);
  const offset = interval <= 1 ? 0 : Math.min(Math.max(number('--interval-trigger-offset', 0), 0), interval);
  const previous = Math.min(Math.max(number('--include-previous-cycles', 0), 0), interval * 2);
  if (cycle <= 0 || (cycle + offset) % interval !== 0) {
    throw new Exit(CODES.failed, 'cycle is not at the end of the specified payout interval');
  }
  const first = Math.max(0, cycle - interval + 1 - previous);
  return Array.from({ length: cycle - first + 1 }, (_, i) => cycle - i);
}
