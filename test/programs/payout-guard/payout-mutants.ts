import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../../kit/root';
import type { exploreWorlds } from './payout-world';

/** An edit of a program's text: what stands there once, and what instead. */
type Edit = readonly [file: string, from: string, to: string];

/** A rule of payout-guard that is broken. */
export interface PayoutMutant {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** `double`: a row is paid twice. `seen`: nothing is paid twice, since the pin holds; the model sees another fault. */
  readonly finds: 'double' | 'seen';
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
const WORLD = 'test/programs/payout-guard/payout-world.ts';

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
export async function withoutRule(mutant: PayoutMutant): Promise<ReturnType<typeof exploreWorlds>> {
  const explore = await worldsWith(mutant.edits);
  return explore({ runs: 3000, seed: 1, untilDouble: mutant.finds === 'double', anyWay: true });
}

/** Throws where an edit is none of the programs as they are. */
export function mustBeInPrograms({ edits }: PayoutMutant): void {
  for (const edit of edits) edited(join(ROOT, edit[0]), new Set([edit]));
}

export async function worldsWith(edits: readonly Edit[]): Promise<typeof exploreWorlds> {
  const left = new Set(edits);
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, WORLD)],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
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
  const module = { exports: {} as { exploreWorlds: typeof exploreWorlds } };
  new Function('module', 'exports', 'require', outputFiles[0].text)(module, module.exports, createRequire(__filename));
  return module.exports.exploreWorlds;
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
