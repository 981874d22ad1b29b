import { closeServer, ok, type Reply, type Request, serve } from '../../stand-ins/kit/http-server';
import { afterwards } from '../temporary';

/** Of an alert what tests change; the rest is as Alertmanager 0.31 answers it. */
export interface MadeAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly updatedSecondsAgo?: number;
  readonly endsInSeconds?: number;
  readonly state?: 'active' | 'suppressed' | 'unprocessed';
}

export const watchdog: MadeAlert = { labels: { alertname: 'Watchdog', bakery: 'mainnet', severity: 'heartbeat' } };

/** Alertmanager's API v2, the list of alerts alone: `GET /api/v2/alerts` with its filters. */
export class MadeAlertmanager {
  url = '';
  alerts: MadeAlert[] = [watchdog];
  /** Answered in place of the list. */
  fault: Reply | 'hangs' | undefined;
  asked = 0;

  async listen(): Promise<this> {
    const { server, port } = await serve({ host: '127.0.0.1', port: 0 }, (request) => this.answer(request));
    afterwards(() => closeServer(server));
    this.url = `http://127.0.0.1:${port}`;
    return this;
  }

  private answer({ method, path, query }: Request): Reply | Promise<Reply> {
    if (method !== 'GET' || path !== '/api/v2/alerts') return { status: 404, text: 'path not found' };
    this.asked += 1;
    if (this.fault === 'hangs') return new Promise(() => {});
    if (this.fault) return this.fault;
    const known = ['active', 'silenced', 'inhibited', 'unprocessed', 'filter', 'receiver'];
    const strange = [...query.keys()].find((name) => !known.includes(name));
    if (strange) return { status: 422, json: { code: 602, message: `${strange} in query is unknown` } };
    const matchers = query.getAll('filter').map((text) => /^(\w+)="([^"]*)"$/.exec(text));
    if (matchers.some((matcher) => !matcher)) return { status: 400, json: 'bad matcher format' };
    const isOver = ({ endsInSeconds = 240 }: MadeAlert) => endsInSeconds <= 0; // such a one is never told
    const fits = ({ labels }: MadeAlert) => matchers.every((matcher) => labels[matcher![1]] === matcher![2]);
    return ok(this.alerts.filter((alert) => fits(alert) && !isOver(alert)).map(told));
  }
}

/** A gettableAlert. */
function told({ labels, updatedSecondsAgo = 5, endsInSeconds = 240, state = 'active' }: MadeAlert): object {
  const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
  return {
    annotations: { summary: 'Monitoring works' },
    endsAt: at(endsInSeconds),
    fingerprint: '7c1ea0a3a6f4d7d1',
    receivers: [{ name: 'nobody' }],
    startsAt: at(-86_400),
    status: { inhibitedBy: [], mutedBy: [], silencedBy: state === 'suppressed' ? ['a-silence'] : [], state },
    updatedAt: at(-updatedSecondsAgo),
    generatorURL: 'http://prometheus-0:9090/graph',
    labels,
  };
}
