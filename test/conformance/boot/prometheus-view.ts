import { portOf } from '../../../model/components';
import type { Scene } from './scene';
import { textAt } from './text-at';

/** Something that Prometheus scrapes. */
export interface Target {
  readonly component: string;
  readonly instance: string;
  readonly isUp: boolean;
  readonly error: string;
}

/** An alert that is so: it fires, or will if it stays so for long enough. */
export interface ActiveAlert {
  readonly name: string;
  readonly isFiring: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

/** What Prometheus of a bakery says, asked at its pod: it has no Service, since nobody dials it. */
export class PrometheusView {
  constructor(private readonly scene: Scene) {}

  async targets(): Promise<Target[]> {
    const { activeTargets } = await this.ask('targets?state=active');
    return activeTargets.map(({ labels, health, lastError }: any) => {
      return { component: labels.component, instance: labels.instance, isUp: health === 'up', error: lastError };
    });
  }

  async alerts(): Promise<ActiveAlert[]> {
    const { alerts } = await this.ask('alerts');
    return alerts.map(({ labels, state }: any) => ({ name: labels.alertname, isFiring: state === 'firing', labels }));
  }

  /** Rules that it cannot judge, each with its reason. */
  async brokenRules(): Promise<string[]> {
    const { groups } = await this.ask('rules');
    const rules = groups.flatMap((group: any) => group.rules);
    if (rules.length === 0) throw new Error('Prometheus has no rules');
    const broken = rules.filter(({ health }: any) => health !== 'ok');
    return broken.map(({ name, health, lastError }: any) => `${name}: ${lastError || health}`);
  }

  /** The values of an expression at this moment, with their labels. */
  async query(expr: string): Promise<{ labels: Readonly<Record<string, string>>; value: number }[]> {
    const { result } = await this.ask(`query?query=${encodeURIComponent(expr)}`);
    return result.map(({ metric, value }: any) => ({ labels: metric, value: Number(value[1]) }));
  }

  private async ask(path: string): Promise<any> {
    const { api, bakery } = this.scene;
    const { status } = await api.get(`/api/v1/namespaces/${bakery.namespace('monitoring')}/pods/prometheus-0`);
    const text = await textAt(`http://${status.podIP}:${portOf('prometheus', 'web')}/api/v1/${path}`);
    const answer = JSON.parse(text);
    if (answer.status !== 'success') throw new Error(text);
    return answer.data;
  }
}
