import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../../kit/root';
import type { Outcome, Wish } from './guards-world';

/** An edit of a program's text: what stands there once, and what instead. */
type Edit = readonly [file: string, from: string, to: string];

/** A rule that is broken. */
export interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** The way to two signatures that the rule bars, where chance does not come to it soon. */
  readonly plot?: string;
  /** Why nothing is signed twice without the rule: then the world has a check of its own. */
  readonly seenBy?: string;
}

const AGENT = 'programs/agent/agent-core.ts';
const CORE = 'programs/guard/guard-core.ts';
const FORWARDER = 'programs/guard/forwarder.ts';
const HAND_OVER = 'programs/guard/hand-over.ts';
const HEADS = 'programs/guard/heads.ts';
const FLOOR = 'programs/guard/floor.ts';
const MARKS = 'programs/guard/marks.ts';
const OPENING = 'programs/guard/opening.ts';
const WORLD = 'test/programs/guard/guards-world.ts';
const HAPPENINGS = 'test/programs/guard/world-happenings.ts';

const BOTH = '`$'.concat('{key} $', '{kind}`'); // no template of this file
const NOT_ASKED = "  if (sent.ending === 'not asked' && leftMs > 0) {\n    tried.add(signer);";
const REFUSED = "  if (sent.ending === 'refused') {\n";
const CHECKED_STOP =
  '    const refusal = this.admit(message, signature);\n    if (refusal) return refusal;\n    const { clockMs';

export const mutants: readonly Mutant[] = [
  {
    name: 'epoch unchecked at announcements',
    seenBy:
      'confirmations alone keep two guards apart, as a search over all states says: an agent goes back to an older epoch',
    edits: [[AGENT, 'if (stored && compareEpochs(message.epoch, stored) < 0)', 'if (false)']],
  },
  {
    name: 'equal epochs',
    seenBy:
      'confirmations alone keep two guards apart, as a search over all states says: an agent goes back to a lower epoch',
    edits: [['programs/runtime/epoch.ts', 'return a.bits === b.bits ? 0 : a.bits < b.bits ? -1 : 1;', 'return 0;']],
  },
  {
    name: 'epoch learnt from a request',
    plot: 'a request arrives again where the card is fresh',
    edits: [
      [
        AGENT,
        "if (!isSameEpoch(stored, message.epoch)) return { refused: 'epoch', epoch: stored };",
        `if (stored && compareEpochs(message.epoch, stored) < 0) return { refused: 'epoch', epoch: stored };
         this.parts.store.keepEpoch(message.epoch);
         if (!isSameEpoch(stored, message.epoch))
           this.parts.store.keepSession({ id: message.session, epoch: message.epoch, highest: 0, taken: [] });`,
      ],
    ],
  },
  {
    name: 'session unchecked',
    plot: 'a request arrives again when its session is over',
    edits: [
      [
        AGENT,
        "if (session?.id !== message.session) return { refused: 'session' };",
        "if (!session) return { refused: 'session' };",
      ],
    ],
  },
  {
    name: 'session kept over a restart but counters not',
    plot: 'a request arrives again when its agent has started anew',
    edits: [
      [
        AGENT,
        'this.parts.store.keepSession({ ...session, highest, taken });',
        '(this as any).memory = { ...session, highest, taken };',
      ],
      [
        AGENT,
        'const session = this.parts.store.session();',
        `const kept = this.parts.store.session();
         const session = (this as any).memory?.id === kept?.id ? (this as any).memory : kept;`,
      ],
    ],
  },
  {
    name: 'counter unchecked',
    plot: 'a request arrives twice',
    edits: [[AGENT, 'if (counter <= session.highest - WINDOW || session.taken.includes(counter))', 'if (false)']],
  },
  {
    name: 'confirmation skipped',
    plot: 'a home with a fresh card takes the old guard again',
    edits: [
      [OPENING, 'const by = this.held.get(signer)?.confirmedBy ?? new Set();', 'const by = new Set(this.signers);'],
    ],
  },
  {
    name: 'floor before the last answer',
    edits: [
      [
        OPENING,
        "if (this.state === 'open' && this.usable.size === 0) this.reopen(signer);",
        `if (this.state === 'open' && this.usable.size === 0) this.reopen(signer);
         if (this.state === 'opening' && this.answered.size === 1) this.parts.onOpen();`,
      ],
      [OPENING, 'if (!this.parts.onOpen()) return;', ''],
    ],
  },
  {
    name: 'floor = head',
    edits: [
      [
        HEADS,
        'return this.best && this.best.level + Math.ceil(this.ageMs / this.bounds.blockMs) + AHEAD;',
        'return this.best?.level;',
      ],
    ],
  },
  {
    name: 'floor with round 0',
    plot: 'a second round at the ceiling',
    edits: [[FLOOR, '{ level: heads.floor, round: HIGHEST_ROUND }', '{ level: heads.floor, round: 0 }']],
  },
  {
    name: 'floor for seen keys only',
    edits: [
      [
        CORE,
        'if (this.floor.covers(slot))',
        'if (this.floor.covers(slot) && this.marks.of((slot as Asked).key, (slot as Asked).kind))',
      ],
    ],
  },
  {
    name: 'age since receipt',
    plot: 'the next guard has a node that is behind',
    edits: [
      [
        HEADS,
        'return Math.max(best.ageMs + clocks.monotonicMs() - best.atMs, clocks.wallMs() - best.timestampMs);',
        'return clocks.monotonicMs() - best.atMs;',
      ],
    ],
  },
  {
    name: 'age by the wall clock of the receipt alone',
    plot: 'the clock of the next guard is set right when it has heard a node that is behind',
    edits: [[HEADS, ', clocks.wallMs() - best.timestampMs);', ');']],
  },
  {
    name: 'ceiling with time',
    plot: 'a baker asks for what no node has seen coming',
    edits: [[HEADS, 'return this.best && this.best.level + AHEAD;', 'return (this.floor ?? 0) + AHEAD;']],
  },
  {
    name: 'unanswered signer ignored',
    plot: 'a guard opens with half of the homes',
    edits: [
      [
        OPENING,
        'const isOut = (signer: string) => this.fenced.has(signer) || this.away.has(signer) || skipped.includes(signer);',
        `const isOut = (signer: string) => true;
         for (const each of this.unanswered) for (const held of this.held.values()) held.confirmedBy.add(each);`,
      ],
    ],
  },
  {
    name: 'fence before the last answer',
    plot: 'a home is off only while the other one has not answered',
    edits: [[OPENING, 'if (others.length > 0) return', 'if (false) return']],
  },
  {
    name: 'any refusal = nothing left',
    plot: 'a copy arrives first, and the request itself is refused',
    edits: [
      [
        FORWARDER,
        REFUSED,
        `  if (sent.ending === 'refused' && leftMs > 0) {
           tried.add(signer);
           const next = core.another(asked, tried);
           if ('send' in next) return next;
         }
         ${REFUSED}`,
      ],
    ],
  },
  {
    name: 'other uplink after timeout',
    edits: [
      [
        FORWARDER,
        NOT_ASKED,
        "  if ((sent.ending === 'not asked' || sent.ending === 'timeout') && leftMs > 0) {\n if (sent.ending === 'not asked') tried.add(signer);",
      ],
    ],
  },
  {
    name: 'request signed again under a later session',
    plot: 'a request arrives again when its session is over',
    edits: [
      [
        FORWARDER,
        REFUSED,
        `  if (sent.ending === 'refused' && sent.refused === 'session') {
           const next = core.another(asked, new Set());
           if ('send' in next) return next;
         }
         ${REFUSED}`,
      ],
    ],
  },
  {
    name: 'send before mark',
    edits: [
      [CORE, 'this.marks.raise(asked.key, asked.kind, asked);', ''],
      [
        FORWARDER,
        '  core.ended(signer, endingOf(sent));',
        '  core.ended(signer, endingOf(sent)); (core as any).marks.raise(asked.key, asked.kind, asked);',
      ],
    ],
  },
  {
    name: 'spent mark reopened',
    edits: [
      [
        CORE,
        'this.choice.ended(signer, ending);',
        "this.choice.ended(signer, ending); if (ending === 'unknown') (this.marks as any).marks.clear();",
      ],
    ],
  },
  {
    name: 'round ignored',
    edits: [
      [
        MARKS,
        'return !mark || compareSlots(slot, mark) > 0;',
        'return !mark || slot.level > mark.level || (slot.level === mark.level && slot.round !== mark.round);',
      ],
    ],
  },
  {
    name: 'tz4 offsets swapped',
    seenBy:
      'to the guard each slot is one all the same, only another: what reaches a device is at no level that may be',
    edits: [
      [
        'programs/guard/signed-forms.ts',
        'slotlessVote = parts({ chainId: fixed(4), branch: HASH, tag: byte, ...vote });',
        'slotlessVote = parts({ chainId: fixed(4), branch: HASH, tag: byte, round: count, level: count, payloadHash: HASH });',
      ],
    ],
  },
  {
    name: 'path not signed',
    plot: 'somebody on the way writes another key',
    edits: [['programs/runtime/guard-message.ts', 'signer, method, path, body]);', 'signer, method, body]);']],
  },
  {
    name: 'received body forwarded',
    seenBy: 'octez-signer reads bytes as the guard does: what reaches a device is not written as the guard writes',
    edits: [
      [
        'programs/guard/asked-request.ts',
        "path, body: JSON.stringify(Buffer.from(bytes).toString('hex')) };",
        'path, body };',
      ],
    ],
  },
  {
    name: 'clocks not compared',
    plot: 'the next guard has a clock that is behind, and nodes too',
    edits: [
      [CORE, 'return Math.abs(clockMs - answeredMs) + roundTripMs > this.parts.chain.blockMs / 2;', 'return false;'],
    ],
  },
  {
    name: 'no session lasted, and no new floor',
    plot: 'an old guard gets everything back after it had lost everything',
    edits: [[OPENING, "if (this.state === 'open' && this.usable.size === 0) this.reopen(signer);", '']],
  },
  {
    name: 'late reply released',
    seenBy: 'the baker has given up: it hears of a signature after its time',
    edits: [[FORWARDER, 'const sent = leftMs > 0 ? answer : late(answer);', 'const sent = answer;']],
  },
  {
    name: 'fenced guard outbids',
    plot: 'the old guard hears of the new one',
    seenBy: 'it is two guards that take turns: one goes on though it knows of a newer one',
    edits: [
      [
        OPENING,
        "if (this.state !== 'stopped') this.enter('outbid', by);",
        `this.state = 'opening';
         (this.parts as any).epoch = { ...this.parts.epoch, number: this.parts.epoch.number + 1_000_000 };
         this.answered.clear();
         this.usable.clear();`,
      ],
    ],
  },
  {
    name: 'keys merged',
    seenBy: 'it refuses more than it must: a good request is refused',
    edits: [
      [MARKS, `return this.marks.get(${BOTH});`, 'return this.marks.get(kind);'],
      [MARKS, `this.marks.set(${BOTH},`, 'this.marks.set(kind,'],
    ],
  },
  {
    name: 'kinds merged',
    seenBy: 'it refuses more than it must: a good request is refused',
    edits: [
      [MARKS, `return this.marks.get(${BOTH});`, 'return this.marks.get(key);'],
      [MARKS, `this.marks.set(${BOTH},`, 'this.marks.set(key,'],
    ],
  },
  {
    name: 'note at two agents',
    plot: 'a guard is told to end twice',
    edits: [
      [
        OPENING,
        "if (this.state === 'stopped') return undefined;",
        "if (this.state === 'stopped') this.state = 'open';",
      ],
    ],
  },
  {
    name: 'note durable',
    plot: 'a card is put back to where the note was on it',
    edits: [
      [
        AGENT,
        'private note: Note | undefined;',
        `private get note(): Note | undefined { return (this.parts.store as any).note; }
         private set note(note: Note | undefined) { (this.parts.store as any).note = note; }`,
      ],
      [AGENT, 'note.session !== this.current()?.id || ', ''],
    ],
  },
  {
    name: 'note taken by epoch',
    plot: 'a note comes late, into another session of its epoch',
    edits: [
      [
        AGENT,
        CHECKED_STOP,
        `    const refusal = this.unheard(message, signature);
             if (refusal) return refusal;
             if (!isSameEpoch(this.parts.store.epoch(), message.epoch)) return { refused: 'epoch' };
             const { clockMs`,
      ],
      [AGENT, 'note.session !== this.current()?.id || ', ''],
      [AGENT, 'this.note = undefined; // the session that it was of ends', 'if (!isRepeated) this.note = undefined;'],
    ],
  },
  {
    name: 'note from an unconfirmed session',
    plot: 'a guard ends before it has opened',
    edits: [
      [
        OPENING,
        'const holders = [...usableSigners, ...this.signers.filter(isUnused)];',
        'const holders = [...this.answered]; void usableSigners; void isUnused;',
      ],
    ],
  },
  {
    name: 'note kept after a higher epoch',
    plot: 'two guards are told of the same end',
    edits: [
      [AGENT, 'this.note = undefined; // the session that it was of ends', ''],
      [AGENT, 'note.session !== this.current()?.id || ', ''],
    ],
  },
  {
    name: 'note that names the number only',
    plot: 'a note comes late, to a guard of the same millisecond',
    edits: [
      [
        AGENT,
        CHECKED_STOP,
        `    const refusal = this.unheard(message, signature);
             if (refusal) return refusal;
             if (this.parts.store.epoch()?.number !== message.epoch.number) return { refused: 'epoch' };
             const { clockMs`,
      ],
      [AGENT, 'note.session !== this.current()?.id || ', ''],
    ],
  },
  {
    name: "right kept over the holder's new session",
    plot: 'the home that told of an end is put back, and comes again',
    edits: [
      [
        HAND_OVER,
        '    this.silentSinceMs.set(signer, this.monotonicMs());\n    this.rights.delete(signer);',
        '    this.silentSinceMs.set(signer, this.monotonicMs());',
      ],
      [HAND_OVER, '    this.rights.delete(signer);\n    if (mayBeSkipped', '    if (mayBeSkipped'],
    ],
  },
  {
    name: 'note before the stop',
    plot: 'a guard that has said that it ends goes on',
    edits: [[OPENING, "    this.enter('stopped');\n    const signer", '    const signer']],
  },
  {
    name: 'fence while a note lives',
    plot: 'a person says that none runs, of one that has ended just now',
    edits: [
      [
        HAPPENINGS,
        'if (home.isOn && this.ms - this.crowdedMs < FORGOTTEN_MS) return;',
        'if (home.isOn && this.living().length > 1) return;',
      ],
    ],
  },
];

/** Worlds that are tried before a broken rule counts as one that nobody notices. */
const WORLDS = 40;
const STEPS = 3000;

/**
 * What is seen without the rule, the same every time: two signatures for one slot, or what a check of its own says.
 * Undefined if nothing is seen.
 */
export async function caughtBy(mutant: Mutant): Promise<string | undefined> {
  const explore = await worldWith(mutant);
  const { plot, seenBy } = mutant;
  const untilDouble = seenBy === undefined;
  const seen = ({ doubles, broken }: Outcome) => (untilDouble ? doubles : broken)[0];
  if (plot !== undefined) return seen(explore({ seed: 1, steps: 0, plot, untilDouble }));
  for (let seed = 1; seed <= WORLDS; seed++) {
    const found = seen(explore({ seed, steps: STEPS, untilDouble }));
    if (found) return `${found} (seed ${seed})`;
  }
  return undefined;
}

/** The world with one rule of its programs broken, or none. */
export async function worldWith(mutant?: Mutant): Promise<(wish: Wish) => Outcome> {
  const left = new Set(mutant?.edits);
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
          const filter = /[\\/]programs[\\/].*\.ts$/;
          onLoad({ filter }, ({ path }) => ({ contents: broken(path, left), loader: 'ts' }));
        },
      },
    ],
  });
  if (left.size > 0) throw new Error(`${mutant?.name}: nothing reads ${[...left].map(([file]) => file).join(', ')}`);
  const module = { exports: {} as { explore: (wish: Wish) => Outcome } };
  new Function('module', 'exports', 'require', outputFiles[0].text)(module, module.exports, createRequire(__filename));
  return module.exports.explore;
}

/** The text of a file with the edits that are its own; they are taken out of those that are left. */
function broken(path: string, left: Set<Edit>): string {
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

/** Throws where an edit is none of the programs as they are. */
export function mustApply({ edits }: Mutant): void {
  for (const edit of edits) broken(join(ROOT, edit[0]), new Set([edit]));
}
