import { writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { type Flags, type Options, parseOptparse } from '../kit/command-line';
import { readText } from '../kit/files';
import { Exit, type Program } from '../kit/program';
import { scaled } from '../tezpay/payout-waits';
import { PayoutRounds } from './payout-rounds';

/** app/Config.hs. */
export interface BackereiConfig {
  readonly babylonStartingCycle: number;
  readonly bakerAddress: string;
  readonly clientConfigFile: string;
  readonly clientPath: string;
  readonly cycleLength: number;
  readonly databasePath: string;
  readonly fees: readonly (readonly [cycle: number, fee: { numerator: number; denominator: number }])[];
  readonly fromAccountName: string;
  readonly fromAddress: string;
  readonly host: string;
  readonly payEstimatedRewards: boolean;
  readonly payoutDelay: number;
  readonly port: number;
  readonly preservedCycles: number;
  readonly snapshotInterval: number;
  readonly startingCycle: number;
}

/** What must stand there; what else stands there is not looked at. */
const required: Readonly<Record<keyof BackereiConfig, string>> = {
  ...{ babylonStartingCycle: 'number', bakerAddress: 'string', clientConfigFile: 'string', clientPath: 'string' },
  ...{
    cycleLength: 'number',
    databasePath: 'string',
    fees: 'object',
    fromAccountName: 'string',
    fromAddress: 'string',
  },
  ...{ host: 'string', payEstimatedRewards: 'boolean', payoutDelay: 'number', port: 'number' },
  ...{ preservedCycles: 'number', snapshotInterval: 'number', startingCycle: 'number' },
};

const INIT: Flags = {
  ...{
    '--tz1': 'value',
    '--host': 'value',
    '--port': 'value',
    '--from': 'value',
    '--from-name': 'value',
    '--fee': 'value',
  },
  ...{
    '--database-path': 'value',
    '--client-path': 'value',
    '--client-config-file': 'value',
    '--starting-cycle': 'value',
  },
  ...{
    '--cycle-length': 'value',
    '--snapshot-interval': 'value',
    '--preserved-cycles': 'value',
    '--payout-delay': 'value',
  },
  ...{ '--babylon-starting-cycle': 'value', '--pay-estimated-rewards': 'switch' },
};
const commands: Readonly<Record<string, Flags>> = {
  version: {},
  init: INIT,
  monitor: {},
  payout: { '--no-dry-run': 'switch', '--continuous': 'switch', '--no-password': 'switch' },
};

/** backerei at 1442ffd: `version`, `init`, `payout`. `--config` stands before the command. SIGTERM ends it at once. */
export const backereiProgram: Program = ({ words }) =>
  run(words).catch((error: Error) => {
    throw error instanceof Exit ? error : new Exit(1, `backerei: ${error.message}`);
  });

async function run(words: readonly string[]): Promise<number> {
  const { configPath, command, options } = parseOptparse(words, commands);
  const path = configPath ?? join(process.env.HOME ?? homedir(), '.backerei.yaml');
  if (command === 'version') {
    process.stdout.write('Prerelease version. This is alpha software.\n');
    return 0;
  }
  if (command === 'init') {
    writeFileSync(path, stringify(initialConfig(options)));
    return 0;
  }
  if (command === 'monitor') throw new Exit(1, 'the stand-in does not monitor');
  const config = readConfig(path);
  // Without the switch it asks for a password, and there is nobody.
  if (!options.has('--no-password')) throw new Exit(1, 'backerei: <stdin>: hGetLine: end of file');
  const rounds = new PayoutRounds(config, options.has('--no-dry-run'));
  for (;;) {
    await rounds.run();
    if (!options.has('--continuous')) return 0;
    await scaled(10_000);
  }
}

/** Broken YAML and a file that is not there are exceptions; what is of another form is one sentence. */
function readConfig(path: string): BackereiConfig {
  const text = readText(path);
  if (text === undefined) throw new Exit(1, `backerei: YamlException "Yaml file not found: ${path}"`);
  let config: any;
  try {
    config = parse(text);
  } catch (error) {
    throw new Exit(1, `backerei: YamlException ${(error as Error).message}`);
  }
  const fits = Object.entries(required).every(([name, type]) => typeof config?.[name] === type);
  const hasFees =
    Array.isArray(config?.fees) && config.fees.every(([cycle, fee]: any) => Number.isInteger(cycle) && fee);
  if (!fits || !hasFees) {
    process.stdout.write(`Error parsing configuration file ${path}\n`);
    throw new Exit(1, '');
  }
  return config as BackereiConfig;
}

function initialConfig(options: Options): object {
  const required = (name: string) => {
    const value = options.value(name);
    if (value === undefined) throw new Exit(1, `Missing: ${name} ARG\n\nUsage: backerei init --tz1 ARG ...`);
    return value;
  };
  const number = (name: string, usual?: number) => Number(options.value(name) ?? usual ?? required(name));
  const [, numerator, denominator] = /^(\d+) ?% ?(\d+)$/.exec(options.value('--fee') ?? '1 % 10') ?? [];
  if (!denominator) throw new Exit(1, `option --fee: cannot parse value \`${options.value('--fee')}'`);
  const home = process.env.HOME ?? homedir();
  const startingCycle = number('--starting-cycle');
  return {
    ...{ bakerAddress: required('--tz1'), host: options.value('--host') ?? '127.0.0.1', port: number('--port', 8732) },
    ...{ fromAddress: required('--from'), fromAccountName: required('--from-name') },
    fees: [[startingCycle, { numerator: Number(numerator), denominator: Number(denominator) }]],
    databasePath: options.value('--database-path') ?? join(home, '.backerei.json'),
    clientPath: options.value('--client-path') ?? '/usr/local/bin/tezos-client',
    ...{
      clientConfigFile: required('--client-config-file'),
      startingCycle,
      cycleLength: number('--cycle-length', 4096),
    },
    ...{ snapshotInterval: number('--snapshot-interval', 256), preservedCycles: number('--preserved-cycles', 5) },
    ...{ payoutDelay: number('--payout-delay', 0), babylonStartingCycle: number('--babylon-starting-cycle', 160) },
    payEstimatedRewards: options.has('--pay-estimated-rewards'),
  };
}
