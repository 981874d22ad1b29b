import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from '../kit/files';
import { Exit } from '../kit/program';
import type { Recipe } from './plan-file';
import { CODES } from './tezpay-codes';

/** What an operation hash is while there is none: all zeros, and not empty. */
export const ZERO_HASH = 'oneDGhZacw99EEFaYDTtWfz5QEhUW3PPVFsHa7GShnLPuDn7gSd';

export interface Report {
  readonly recipe: Recipe;
  readonly hash: string;
  readonly success: boolean;
  readonly note: string;
}

const COLUMNS = [
  ...['id', 'baker', 'timestamp', 'cycle', 'kind', 'op_kind', 'contract', 'token_id', 'fa_alias', 'fa_decimals'],
  ...['delegator', 'delegator_balance', 'staked_balance', 'recipient', 'amount', 'fee_rate', 'fee', 'tx_fee'],
  ...['op_hash', 'success', 'note'],
];

/** `reports/<cycle>/payouts.csv` and its neighbours, written in place, whole, each time (engines/reporter/fs.go). */
export class Reports {
  private constructor(
    readonly root: string,
    private readonly folder: string,
  ) {}

  /** The folder must be there or come to be, and a file in it. */
  static open(workingFolder: string, dryRun: boolean): Reports {
    const root = process.env.REPORTS_DIRECTORY || join(workingFolder, 'reports');
    try {
      mkdirSync(root, { recursive: false, mode: 0o755 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw stateError(error as Error);
    }
    try {
      writeFileSync(join(root, '.test'), 'test');
    } catch (error) {
      throw stateError(error as Error);
    }
    return new Reports(root, dryRun ? join(root, 'dry') : root);
  }

  /** What earlier runs reported of a cycle. */
  existing(cycle: number): Record<string, string>[] {
    const text = readText(join(this.folder, String(cycle), 'payouts.csv'));
    if (text === undefined) return [];
    const [names, ...lines] = text
      .split('\n')
      .filter((line) => line !== '')
      .map(cellsOf);
    return lines.map((cells) => Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ''])));
  }

  write(reports: readonly Report[], name = 'payouts.csv'): void {
    const byCycle = new Map<number, Report[]>();
    for (const report of reports) {
      const cycle = report.recipe.cycle ?? 0;
      byCycle.set(cycle, [...(byCycle.get(cycle) ?? []), report]);
    }
    for (const [cycle, list] of byCycle) {
      const sorted = [...list].sort((a, b) => Number(BigInt(b.recipe.amount) - BigInt(a.recipe.amount)));
      const lines = [COLUMNS, ...sorted.map(lineOf)].map((cells) => cells.map(quoted).join(','));
      this.writeFile(cycle, name, `${lines.join('\n')}\n`);
    }
  }

  writeSummary(cycle: number, summary: object): void {
    this.writeFile(cycle, 'summary.json', JSON.stringify(summary, null, '\t'));
  }

  private writeFile(cycle: number, name: string, text: string): void {
    mkdirSync(join(this.folder, String(cycle)), { recursive: true, mode: 0o700 });
    writeFileSync(join(this.folder, String(cycle), name), text, { mode: 0o644 });
  }
}

const stateError = ({ message }: Error) => new Exit(CODES.state, `Failed to initialize state: ${message}`);

function lineOf({ recipe, hash, success, note }: Report): string[] {
  return [
    ...[idOf(recipe), recipe.baker, new Date().toISOString(), String(recipe.cycle ?? 0), recipe.kind ?? ''],
    ...[recipe.tx_kind ?? '', recipe.fa_contract, recipe.fa_token_id, '', '0', recipe.delegator],
    ...[recipe.delegator_balance, recipe.staked_balance, recipe.recipient, recipe.amount, String(recipe.fee_rate ?? 0)],
    ...[recipe.fee, String(recipe.tx_fee ?? 0), hash, String(success), note],
  ];
}

/** One transfer for each, whatever the cycle: what several cycles are put together by. */
export const idOf = ({ delegator, recipient, kind, tx_kind, fa_token_id, fa_contract }: Recipe) =>
  Buffer.from(JSON.stringify([delegator, recipient, kind, tx_kind, fa_token_id, fa_contract])).toString('base64url');

const quoted = (cell: string) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""').replaceAll('\n', ' ')}"` : cell);

function cellsOf(line: string): string[] {
  const cells = line.match(/("([^"]|"")*"|[^,]*)(,|$)/g) ?? [];
  return cells.map((cell) =>
    cell
      .replace(/,$/, '')
      .replace(/^"(.*)"$/, '$1')
      .replaceAll('""', '"'),
  );
}
