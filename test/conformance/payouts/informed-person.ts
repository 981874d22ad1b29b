import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { GuardedWallet } from './guarded-wallet';
import { wait } from './money-world';

/** A reconciliation may have to wait until an operation of ours is final or dead. */
const LONG_MS = 30_000;
const AGAIN_MS = 700;

/**
 * Runs `reconcile` as a person does who looks at an explorer: every row has an amount of its own, so that each transfer
 * tells which row it has paid. Answers whether it was recorded.
 */
export async function reconcileAsPerson(wallet: GuardedWallet, ms = LONG_MS): Promise<boolean> {
  for (const endMs = performance.now() + ms; performance.now() < endMs; await wait(AGAIN_MS)) {
    if (await new Conversation(wallet).run()) return true;
  }
  return false;
}

/** The program asks, and the last line that it has shown says what about. */
class Conversation {
  /** Mutez of the transfer that is talked about, and the cycles it has been said to have paid. */
  private amount = 0;
  private isNamed = false;
  private text = '';
  private readonly child: ChildProcess;

  constructor(private readonly wallet: GuardedWallet) {
    const { program, folder, address } = wallet;
    const words = [program, '--config', join(folder, 'guard.json'), 'reconcile', address];
    this.child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.child.stdin?.on('error', () => {});
  }

  run(): Promise<boolean> {
    this.child.stdout?.on('data', (data) => this.hear(String(data)));
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 20_000);
    return new Promise((resolve) => {
      this.child.once('close', (code) => {
        clearTimeout(timer);
        resolve(code === 0);
      });
    });
  }

  private hear(data: string): void {
    this.text += data;
    const lines = this.text.split('\n');
    this.text = lines.pop() ?? '';
    for (const line of lines) this.note(line);
    const answer = this.answerTo(this.text);
    if (answer === undefined) return;
    this.text = '';
    this.child.stdin?.write(`${answer}\n`);
  }

  private note(line: string): void {
    const [, tez] = /^([\d.]+) tez from the (?:wallet|baker) to /.exec(line) ?? [];
    if (tez === undefined) return;
    this.amount = Math.round(Number(tez) * 1_000_000);
    this.isNamed = false;
  }

  private get paid() {
    return this.wallet.due.find(({ amount }) => amount === this.amount);
  }

  /** Undefined: it is no question yet. */
  private answerTo(question: string): string | undefined {
    const [, named] = /Did it pay (\d+)\/.*\] $/.exec(question) ?? [];
    if (named !== undefined) {
      const isIt = this.paid?.cycle === Number(named);
      this.isNamed ||= isIt;
      return isIt ? 'yes' : 'no';
    }
    if (/Did it pay another row\?.*: $/.test(question)) {
      const isNew = this.paid !== undefined && !this.isNamed;
      this.isNamed = true;
      return isNew ? String(this.paid?.cycle) : '';
    }
    if (/\[yes\/no[^\]]*\] $/.test(question)) return 'yes'; // no block has it, or it may be tried again
    return /leave: $/.test(question) ? 'record' : undefined;
  }
}
