import type { Bakery } from '../../../model/bakery';
import { signingKeysOf } from '../../../model/bakery-keys';
import type { RenderedMonitoring } from './rendered-monitoring';
import { tellChain } from './week-chain';
import { tellDisks, tellKubernetes, tellWatchers } from './week-cluster';
import type { Happenings } from './week-happenings';
import { tellDalNode, tellNodes } from './week-nodes';
import { tellSigners } from './week-signers';
import { isIn, type Value, type While } from './week-values';

export type Labels = Readonly<Record<string, string>>;

export interface WorldSeries {
  readonly metric: string;
  /** All of them, as Prometheus stores it. */
  readonly labels: Labels;
  readonly value: Value;
}

/** Says one series of a target. */
export type Teller = (metric: string, labels: Labels, value: Value) => void;

/** Everything that our rules look at, in the names and labels of those who tell it, as it would have gone in these days. */
export class WeekWorld {
  readonly series: WorldSeries[] = [];

  constructor(
    readonly bakery: Bakery,
    readonly rendered: RenderedMonitoring,
    readonly happenings: Happenings,
  ) {
    tellNodes(this);
    tellDalNode(this);
    tellSigners(this);
    tellChain(this);
    tellKubernetes(this);
    tellDisks(this);
    tellWatchers(this);
  }

  /** Series of a target, and its `up`; while it is down it tells nothing. */
  target(component: string, instance: string, isUp: (minute: number) => boolean = () => true): Teller {
    const own = { bakery: this.bakery.name, component, instance };
    this.series.push({ metric: 'up', labels: own, value: (minute) => Number(isUp(minute)) });
    return (metric, labels, value) => {
      this.series.push({
        metric,
        labels: { ...own, ...labels },
        value: (minute) => (isUp(minute) ? value(minute) : undefined),
      });
    };
  }

  isAway(instance: string, minute: number): boolean {
    return this.absences(instance).some((each) => isIn(minute, each));
  }

  /** It has been back for at most so many minutes. */
  wasAway(instance: string, minute: number, minutes: number): boolean {
    return this.absences(instance).some((each) => isIn(minute, { from: each.from + each.minutes, minutes }));
  }

  private absences(instance: string): readonly While[] {
    const { restarts, imports } = this.happenings;
    return [...(restarts[instance] ?? []), ...(imports[instance] ?? [])];
  }

  isImporting(instance: string, minute: number): boolean {
    return (this.happenings.imports[instance] ?? []).some((each) => isIn(minute, each));
  }

  isGone(home: string, minute: number): boolean {
    return (this.happenings.homesGone[home] ?? []).some((each) => isIn(minute, each));
  }

  /** With the name that Prometheus gives to each when it scrapes it. */
  get keys(): Labels[] {
    const { settings } = this.bakery;
    return signingKeysOf(settings).map(({ address, setting }) => {
      return { key: address, delegate_name: settings.bakers[Number(setting[1])]!.name };
    });
  }

  isUnasked(minute: number): boolean {
    const { unasked, bakerLateMinutes } = this.happenings;
    const isBakerBack = this.wasAway('baker', minute, bakerLateMinutes);
    return this.isAway('baker', minute) || isBakerBack || unasked.some((each) => isIn(minute, each));
  }

  /** No right is seen in this minute. */
  isAsleep(minute: number): boolean {
    const areHomesGone = this.bakery.signers.every(({ name }) => this.isGone(name, minute));
    return this.isUnasked(minute) || areHomesGone || this.happenings.lost.some((each) => isIn(minute, each));
  }
}
