import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../../kit/root';
import type { Outcome, Wish } from './guards-world';

/** A rule, and an edit of the program's text that breaks it. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Each of these lets two signatures of one slot through; a world in which none is found proves nothing. */
export const mutants: readonly Mutant[] = [
  {
    name: 'epoch unchecked at announcements',
    file: 'agent/agent-core.ts',
    from: 'if (stored && compareEpochs(message.epoch, stored) < 0)',
    to: 'if (false)',
  },
  {
    name: 'equal epochs',
    file: 'runtime/epoch.ts',
    from: 'return a.bits === b.bits ? 0 : a.bits < b.bits ? -1 : 1;',
    to: 'return 0;',
  },
  {
    name: 'epoch learnt from a request',
    file: 'agent/agent-core.ts',
    from: "if (!isSameEpoch(stored, message.epoch)) return { refused: 'epoch', epoch: stored };",
    to: 'if (stored && compareEpochs(message.epoch, stored) < 0) return { refused: "epoch", epoch: stored }; this.parts.store.keepEpoch(message.epoch); if (!isSameEpoch(stored, message.epoch)) this.parts.store.keepSession({ id: message.session, epoch: message.epoch, highest: 0, taken: [] });',
  },
  {
    name: 'session unchecked',
    file: 'agent/agent-core.ts',
    from: "if (session?.id !== message.session) return { refused: 'session' };",
    to: "if (!session) return { refused: 'session' };",
  },
  {
    name: 'counter unchecked',
    file: 'agent/agent-core.ts',
    from: 'if (counter <= session.highest - WINDOW || session.taken.includes(counter))',
    to: 'if (false)',
  },
  {
    name: 'confirmation skipped',
    file: 'guard/opening.ts',
    from: 'const by = this.held.get(signer)?.confirmedBy ?? new Set();',
    to: 'const by = new Set(this.signers);',
  },
  {
    name: 'floor = head',
    file: 'guard/heads.ts',
    from: 'return this.best && this.best.level + Math.ceil(this.ageMs / this.bounds.blockMs) + AHEAD;',
    to: 'return this.best?.level;',
  },
  {
    name: 'floor with round 0',
    file: 'guard/guard-core.ts',
    from: 'if (this.floor.covers(slot))',
    to: 'if (slot.level < this.floor.level || (slot.level === this.floor.level && slot.round === 0))',
  },
  {
    name: 'age since receipt',
    file: 'guard/heads.ts',
    from: 'return this.best ? this.best.ageMs + this.clocks.monotonicMs()',
    to: 'return this.best ? this.clocks.monotonicMs()',
  },
  {
    name: 'ceiling with time',
    file: 'guard/heads.ts',
    from: 'return this.best && this.best.level + AHEAD;',
    to: 'return (this.floor ?? 0) + AHEAD;',
  },
  {
    name: 'unanswered signer ignored',
    file: 'guard/opening.ts',
    from: 'const isOut = (signer: string) => this.fenced.has(signer) || this.away.has(signer) || skipped.includes(signer);',
    to: 'const isOut = (signer: string) => true; for (const each of this.signers) for (const held of this.held.values()) if (!this.answered.has(each)) held.confirmedBy.add(each);',
  },
  {
    name: 'fence before the last answer',
    file: 'guard/opening.ts',
    from: 'if (others.length > 0) return',
    to: 'if (false) return',
  },
  {
    name: 'spent mark reopened',
    file: 'guard/guard-core.ts',
    from: 'this.choice.ended(signer, ending);',
    to: 'this.choice.ended(signer, ending); if (ending === "unknown") (this.marks as any).marks.clear();',
  },
  {
    name: 'round ignored',
    file: 'guard/marks.ts',
    from: 'return !mark || compareSlots(slot, mark) > 0;',
    to: 'return !mark || slot.level > mark.level || (slot.level === mark.level && slot.round !== mark.round);',
  },
  {
    name: 'no session lasted, and no new floor',
    file: 'guard/opening.ts',
    from: "if (this.state === 'open' && this.usable.size === 0) this.reopen(signer);",
    to: '',
  },
];

/** The world with one rule of its programs broken, or none. */
export async function worldWith(mutant?: Mutant): Promise<(wish: Wish) => Outcome> {
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, 'guards-world.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
    plugins: [
      {
        name: 'break',
        setup: ({ onLoad }) => {
          onLoad({ filter: /programs\/(guard|agent|runtime)\/[^/]+\.ts$/ }, ({ path }) => ({
            contents: broken(path, mutant),
            loader: 'ts',
          }));
        },
      },
    ],
  });
  const module = { exports: {} as { explore: (wish: Wish) => Outcome } };
  new Function('module', 'exports', 'require', outputFiles[0].text)(module, module.exports, createRequire(__filename));
  return module.exports.explore;
}

function broken(path: string, mutant?: Mutant): string {
  const text = readFileSync(path, 'utf8');
  if (!mutant || path !== join(ROOT, 'programs', mutant.file)) return text;
  if (text.split(mutant.from).length !== 2) throw new Error(`${mutant.name}: its text is not once in ${mutant.file}`);
  return text.replace(mutant.from, () => mutant.to);
}
