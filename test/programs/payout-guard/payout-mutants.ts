import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { ROOT } from '../../kit/root';
import type { exploreWorlds } from './payout-world';

type Explored = ReturnType<typeof exploreWorlds>;

/** An edit of a program's text: what stands there once, and what instead. */
type Edit = readonly [file: string, from: string, to: string];

/** A rule of payout-guard that is broken. */
export interface PayoutMutant {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** `double`: a row is paid twice. `seen`: nothing is paid twice, since the pin holds; the model sees another fault. */
  readonly finds: 'double' | 'seen';
  /** Of worlds in which it is seen soon; 1. */
  readonly seed?: number;
  /** In worlds where plans name other recipients. */
  readonly rivals?: boolean;
}

const FOLDER = 'programs/payout-guard';
const BLOCK = `${FOLDER}/final-block.ts`;
const JUDGEMENT = `${FOLDER}/judgement.ts`;
const RECONCILIATION = `${FOLDER}/reconciliation.ts`;
const ROWS = `${FOLDER}/wallet-rows.ts`;
const CORE = `${FOLDER}/wallet-core.ts`;
const STATE = `${FOLDER}/wallet-state.ts`;
const JOURNAL = `${FOLDER}/journal.ts`;
const LINES = `${FOLDER}/lines.ts`;
const WORLD = 'test/programs/payout-guard/payout-world-process.ts';

export const payoutMutants: readonly PayoutMutant[] = [
  {
    name: 'the pin is off',
    finds: 'double',
    edits: [
      [JUDGEMENT, 'return position !== undefined && first === BigInt(position.counter) + 1n;', 'return first > 0n;'],
    ],
  },
  {
    name: 'the pin counts operations that are not final',
    finds: 'double',
    seed: 14,
    edits: [
      [
        JUDGEMENT,
        'function isPinned(first: bigint, { position }: WalletState): boolean {',
        `function isPinned(first: bigint, { position, operations }: WalletState): boolean {
           if (operations.live.some(({ last }) => first === last + 1n)) return true;`,
      ],
    ],
  },
  {
    name: 'paid rows are not closed',
    finds: 'double',
    edits: [[STATE, 'this.rows.pay(rows, sent);', 'this.rows.letGo(rows, id);']],
  },
  {
    name: 'what a person says is paid is not closed',
    finds: 'double',
    edits: [[STATE, 'for (const row of entry.paid) this.rows.call(row, entry.ms);', '']],
  },
  {
    name: 'nothing stops the wallet',
    finds: 'double',
    seed: 4,
    edits: [[STATE, 'this.stops = [...this.stops, ...stops];', 'void stops;']],
  },
  {
    name: 'any generation signs',
    finds: 'seen',
    edits: [[JUDGEMENT, 'return newest === generation\n', 'return newest >= 0\n']],
  },
  {
    name: 'an operation is dead as soon as its time to live is over at the head',
    finds: 'seen',
    edits: [[BLOCK, 'level > branchLevel + Math.max(seen, operationsTtl)', 'level + 2 > branchLevel + operationsTtl']],
  },
  {
    name: 'the time to live is that of the last block',
    finds: 'seen',
    edits: [[BLOCK, 'Math.max(seen, operationsTtl)', 'operationsTtl']],
  },
  {
    name: 'an operation never dies',
    finds: 'seen',
    edits: [[BLOCK, 'return isExpired || isUsed || state.operations.hasUsed(first);', 'return false;']],
  },
  {
    name: 'rows of a live operation are open',
    finds: 'seen',
    edits: [[ROWS, "if (row.holder !== undefined) return 'signed';", '']],
  },
  {
    name: 'asked for before it is durable',
    finds: 'seen',
    edits: [
      [
        CORE,
        "const unwritten = 'entry' in judged ? this.tryToKeep(judged.entry) : undefined;",
        "const unwritten = undefined as any; if ('entry' in judged) state.apply(judged.entry);",
      ],
    ],
  },
  {
    name: 'a signature that is not durable is answered',
    finds: 'seen',
    edits: [
      [
        CORE,
        "const unwritten = this.tryToKeep({ type: 'signed', ms: nowMs, id, signature });",
        "const unwritten = undefined as any; this.state.apply({ type: 'signed', ms: nowMs, id, signature });",
      ],
    ],
  },
  {
    name: 'an append that is not synced',
    finds: 'seen',
    edits: [
      [JOURNAL, '      this.disk.sync();\n    } catch (error) {\n      // The', '    } catch (error) {\n      // The'],
    ],
  },
  {
    name: 'the same bytes are signed again',
    finds: 'seen',
    edits: [[JUDGEMENT, 'if (signature !== undefined) return { signature };', '']],
  },
  {
    name: 'what failed is paid',
    finds: 'seen',
    edits: [[STATE, "if (status === 'applied') {", "if (status !== 'skipped') {"]],
  },
  {
    name: 'a row that fails is tried for ever',
    finds: 'seen',
    edits: [[ROWS, "return row.failures >= MOST_FAILURES ? 'held' : 'open';", "return 'open';"]],
  },
  {
    name: 'a row is paid in parts',
    finds: 'seen',
    edits: [[LINES, 'const minimum = maximum - window > 1n ? maximum - window : 1n;', 'const minimum = 1n;']],
  },
  {
    name: 'a line twice in one operation',
    finds: 'double',
    edits: [[LINES, 'left.delete(line);', '']],
  },
  {
    name: 'an operation in a block is recognised by its hash',
    finds: 'seen',
    edits: [[BLOCK, 'state.operations.get(idOf(bytes));', 'state.operations.get(hash);']],
  },
  {
    name: 'any branch is signed',
    finds: 'seen',
    edits: [
      [
        JUDGEMENT,
        "if (branchLevel === undefined) return refusal('branch-unknown');",
        'if (!branchLevel) return undefined;',
      ],
    ],
  },
  {
    name: 'rows of older plans are signed',
    finds: 'seen',
    edits: [
      [STATE, 'return this.posted.rows.map((row) => this.rows.get(rowName(row)) as Row);', 'return this.rows.all;'],
    ],
  },
  {
    name: 'a row fails with its neighbours',
    finds: 'seen',
    edits: [[STATE, "if (status !== 'failed') continue;", '']],
  },
  {
    name: 'a recipient of several lines may get less',
    finds: 'seen',
    edits: [[LINES, ' && linesTo.get(recipient) === 1', '']],
  },
  {
    name: 'another recipient is owed the reward once more',
    finds: 'double',
    rivals: true,
    edits: [[ROWS, 'if (other) return `', "if (other && row.name === '') return `"]],
  },
  {
    name: 'of two recipients each is owed the reward',
    finds: 'seen',
    rivals: true,
    edits: [
      [ROWS, 'return newest.name === row.name ? row.leftOut : `', 'return newest.name !== null ? row.leftOut : `'],
    ],
  },
  {
    name: 'a reconciliation forgets what is live',
    finds: 'seen',
    edits: [
      [
        RECONCILIATION,
        'return [...new Set([...used, ...expired])];',
        'return [...new Set([...left.map(({ id }) => id), ...expired])];',
      ],
    ],
  },
];

/** What is seen without the rule. */
export async function withoutRule({ edits, finds, seed = 1, rivals }: PayoutMutant): Promise<Explored> {
  return explored({ runs: 1500, seed, rivals, untilDouble: finds === 'double', anyWay: true }, edits);
}

/** Throws where an edit is none of the programs as they are. */
export function mustBeInPrograms({ edits }: PayoutMutant): void {
  for (const edit of edits) edited(join(ROOT, edit[0]), new Set([edit]));
}

/** What many worlds come to, with the program as it is, or with these edits: in a process of its own. */
export async function explored(
  wish: Parameters<typeof exploreWorlds>[0],
  edits: readonly Edit[] = [],
): Promise<Explored> {
  const left = new Set(edits);
  const outfile = join(mkdtempSync(join(tmpdir(), 'p-')), 'world.cjs');
  try {
    await build({
      entryPoints: [join(ROOT, WORLD)],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile,
      plugins: [
        {
          name: 'break',
          setup: ({ onLoad }) => {
            const filter = /[\\/]programs[\\/]payout-guard[\\/][^\\/]*\.ts$/;
            onLoad({ filter }, ({ path }) => ({ contents: edited(path, left), loader: 'ts' }));
          },
        },
      ],
    });
    if (left.size > 0) throw new Error(`nothing reads ${[...left].map(([file]) => file).join(', ')}`);
    const { stdout } = await promisify(execFile)(process.execPath, [outfile, JSON.stringify(wish)]);
    return JSON.parse(stdout) as Explored;
  } finally {
    rmSync(dirname(outfile), { recursive: true, force: true });
  }
}

function edited(path: string, left: Set<Edit>): string {
  let text = readFileSync(path, 'utf8');
  for (const edit of left) {
    const [file, from, to] = edit;
    if (path !== join(ROOT, file)) continue;
    if (text.split(from).length !== 2) throw new Error(`this is not once in ${file}: ${from}`);
    text = text.replace(from, () => to);
    left.delete(edit);
  }
  return text;
}
