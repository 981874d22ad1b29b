import { type Labels, Metrics } from '../runtime/metrics-text';
import { awaitedBy } from './alarms';
import type { Outcome } from './forwarder';
import { guardMetrics as names } from './guard.contract';
import type { Asked, GuardCore } from './guard-core';
import type { HeadPoll } from './head-poll';
import { compareSlots, type Slot } from './marks';
import type { SignerWatch } from './signer-watch';
import { kinds } from './signing-request';

/** What there is to see of a guard; `core` only once it has an epoch. */
export interface GuardView {
  readonly core: GuardCore | undefined;
  readonly watches: readonly SignerWatch[];
  readonly heads: HeadPoll | undefined;
}

type Rows = readonly (readonly [Labels, number])[];

/** Seconds: the guard itself takes milliseconds, a device up to a second. */
const requestSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5];

/** Each is counted from 0 on: of a counter that comes with its first 1, no rule of an alert sees that it has risen. */
const results: readonly Outcome['result'][] = [
  'signed',
  'refused',
  'expired in the queue',
  'not asked',
  'refused for its mark',
  'refused by the agent',
  'timeout',
  'unknown',
];

/** What a guard counts. */
export class GuardMetrics {
  readonly headIgnored: (labels: Labels, by?: number) => void;
  private readonly metrics = new Metrics();
  private readonly count = this.metrics.counter(names.requests, 'Requests to sign, by kind and how they ended.');
  private readonly refused = this.metrics.counter(names.refusals, 'Requests that were refused, by reason.');
  private readonly seconds = this.metrics.histogram(names.seconds, 'From request to reply.', requestSeconds);
  private readonly highest = new Map<string, { readonly labels: Labels; readonly slot: Slot }>();
  private readonly active = new Map<string, string>();

  constructor(private readonly view: () => GuardView) {
    this.headIgnored = this.metrics.counter(names.headsIgnored, 'Heads that cannot be: a clock or a node is wrong.');
    for (const kind of kinds) for (const result of results) this.count({ kind, result }, 0);
    this.countSlots();
    this.countChain();
    this.countSigners();
  }

  get text(): string {
    return this.metrics.text;
  }

  notUnderstood(reason: string): void {
    this.count({ kind: 'none', result: 'refused' });
    this.refused({ reason });
  }

  ended({ key, kind, level, round }: Asked, outcome: Outcome, ms: number): void {
    this.count({ kind, result: outcome.result });
    this.seconds(ms / 1000);
    if (outcome.result === 'refused') this.refused({ reason: outcome.reason });
    if (outcome.result === 'signed') this.active.set(key, outcome.signer);
    if (outcome.result === 'refused' || outcome.result === 'expired in the queue') return;
    const id = `${key} ${kind}`;
    const before = this.highest.get(id);
    if (!before || compareSlots(before.slot, { level, round }) < 0) {
      this.highest.set(id, { labels: { key, kind }, slot: { level, round } });
    }
  }

  private gauge(name: string, help: string, rows: (view: GuardView) => Rows): void {
    this.metrics.gauge(name, help, () => rows(this.view()));
  }

  private countSlots(): void {
    const rows = (of: (slot: Slot) => number) => () =>
      [...this.highest.values()].map(({ labels, slot }) => [labels, of(slot)] as const);
    this.gauge(
      names.level,
      'Highest level that was asked for and not refused.',
      rows(({ level }) => level),
    );
    this.gauge(
      names.round,
      'Round of that level.',
      rows(({ round }) => round),
    );
    this.gauge(names.active, 'Signer that signed last with the key.', () =>
      [...this.active].map(([key, signer]) => [{ key, signer }, 1] as const),
    );
  }

  private countChain(): void {
    this.gauge(names.phase, 'What the guard is doing.', ({ core }) => [
      [{ phase: core?.opening.phase ?? 'starting' }, 1],
    ]);
    this.gauge(names.epoch, 'Number of its epoch.', ({ core }) => (core ? [[{}, core.opening.epoch.number]] : []));
    this.gauge(names.floor, 'Nothing is signed at or below this level.', ({ core }) =>
      core ? [[{}, core.floor.level]] : [],
    );
    this.gauge(names.ceiling, 'Nothing is signed above this level.', ({ core }) =>
      core?.heads.ceiling === undefined ? [] : [[{}, core.heads.ceiling]],
    );
    this.gauge(names.nodeUp, 'Whether the node has told a head.', ({ heads }) =>
      [...(heads?.problems ?? [])].map(([node, problem]) => [{ node }, Number(problem === '')] as const),
    );
  }

  private countSigners(): void {
    const perSigner = (of: (watch: SignerWatch, core: GuardCore) => number) => (view: GuardView) =>
      view.watches.map((watch) => [{ signer: watch.name }, view.core ? of(watch, view.core) : 0] as const);
    this.gauge(
      names.signerAwaited,
      'Whether nothing is signed until it answers.',
      perSigner(({ name }, core) => Number(awaitedBy(core).includes(name))),
    );
    this.gauge(
      names.signerAnswered,
      'Whether it has taken this guard.',
      perSigner(({ name }, { opening }) => Number(opening.hasAnswered(name))),
    );
    this.gauge(
      names.signerUsable,
      'Whether it may be asked.',
      perSigner(({ name }, core) => Number(core.isUsable(name))),
    );
    this.gauge(
      names.signerMarked,
      'Whether its device knows of a signature that this guard does not.',
      perSigner(({ name }, core) => Number(core.isMarkedBeyondUs(name))),
    );
    this.gauge(
      names.clockApart,
      'Its clock less ours, at its last answer.',
      perSigner(({ clockApartMs }) => clockApartMs / 1000),
    );
    this.gauge(names.keyUsable, 'Whether its agent says that the device could sign.', ({ watches }) =>
      watches.flatMap(({ name, last, link }) =>
        link.config.keys.map(
          (key) => [{ signer: name, key }, Number(link.isReached && last?.keys[key] === '')] as const,
        ),
      ),
    );
    this.gauge(names.uplinkUp, 'Whether its agent answers over it.', ({ watches }) =>
      watches.flatMap(({ name, link }) =>
        link.uplinks.map((each) => [{ signer: name, uplink: each.name }, Number(link.isUp(each))] as const),
      ),
    );
  }
}
