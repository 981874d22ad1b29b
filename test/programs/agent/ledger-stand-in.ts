import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterwards, temporaryFolder } from '../temporary';

export const hasPython = spawnSync('python3', ['--version']).status === 0;

/** What a Ledger does that bakes on our chain with `ed25519/0h/0h`; by command, with the status word. */
const readyAnswers: Readonly<Record<string, string>> = {
  b001: `01 0c ${Buffer.from('Tezos Baking').toString('hex')} 05 322e352e30 01 00 9000`,
  '8000': '01 02 05 00 9000',
  '800d': '00 04 8000002c 800006c1 80000000 80000000 9000',
  '800b': '00000032 00000003 00000007 00000001 7a06a770 9000',
};

export interface LedgerState {
  readonly answers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
  readonly silent?: boolean;
  readonly stray?: string;
}

export interface StandInLedger {
  readonly file: string;
  set(state: LedgerState): void;
  unplug(): void;
}

/** A Ledger that one can open. */
export async function standInLedger(): Promise<StandInLedger> {
  const folder = temporaryFolder();
  const [file, stateFile] = [join(folder, 'ledger0'), join(folder, 'state')];
  const set = ({ answers, ...more }: LedgerState) => {
    writeFileSync(`${stateFile}.next`, JSON.stringify({ answers: { ...readyAnswers, ...answers }, ...more }));
    renameSync(`${stateFile}.next`, stateFile); // it may be reading
  };
  set({});
  const program = join(__dirname, 'ledger-stand-in.py');
  const child = spawn('python3', [program, file, stateFile], { stdio: ['ignore', 'pipe', 'inherit'] });
  afterwards(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return { file, set, unplug: () => rmSync(file) };
}
