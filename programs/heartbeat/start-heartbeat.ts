import { type GoogleUrls, googleUrls } from '../runtime/google-hosts';
import type { Log } from '../runtime/json-log';
import { Metrics } from '../runtime/metrics-text';
import { serve } from '../runtime/serve-http';
import { writeObject } from './bucket-object';
import {
  BEAT_SECONDS,
  HEARTBEAT_OBJECT,
  type Heartbeat,
  type HeartbeatConfig,
  heartbeatMetrics,
  missReasons,
  type WatchdogView,
} from './heartbeat.contract';
import { Missed } from './missed';
import { seenWatchdog } from './seen-watchdog';

/** Milliseconds from one beat to the next: after one that was written, and after one that was missed; and Google. */
export interface Around {
  readonly everyMs: number;
  readonly retryMs: number;
  readonly google: GoogleUrls;
}

const usual: Around = { everyMs: BEAT_SECONDS * 1000, retryMs: 15_000, google: googleUrls() };

export interface RunningHeartbeat {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts it; resolves when its metrics can be asked for. The first beat comes at once. */
export async function startHeartbeat(config: HeartbeatConfig, log: Log, around = usual): Promise<RunningHeartbeat> {
  const beats = new Beats(config, log, around);
  const listening = await serve(
    config.metrics,
    ({ method, path }) =>
      method === 'GET' && path === '/metrics'
        ? { status: 200, text: beats.text }
        : { status: 404, text: 'nothing is here\n' },
    (error) => log('ERROR', error.message),
  );
  beats.begin();
  return {
    port: listening.port,
    stop: () => {
      beats.end();
      return listening.close();
    },
  };
}

/** One beat after the other. */
class Beats {
  private readonly metrics = new Metrics();
  private readonly count: ReturnType<Metrics['counter']>;
  private lastSuccessMs = 0;
  private watchdog: WatchdogView | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isOver = false;
  /** What was said last: it is not said again each minute. */
  private said = '';

  constructor(
    private readonly config: HeartbeatConfig,
    private readonly log: Log,
    private readonly around: Around,
  ) {
    const seconds = (ms: number) => [[{}, ms / 1000] as const];
    this.metrics.gauge(heartbeatMetrics.lastSuccess, 'When the object was last written', () =>
      seconds(this.lastSuccessMs),
    );
    this.metrics.gauge(heartbeatMetrics.watchdogTime, 'When Prometheus had last sent the alert, as last seen', () =>
      seconds(this.watchdog ? Date.parse(this.watchdog.updatedAt) : 0),
    );
    this.count = this.metrics.counter(heartbeatMetrics.misses, 'Beats that were missed, by reason');
    for (const reason of missReasons) this.count({ reason }, 0);
  }

  get text(): string {
    return this.metrics.text;
  }

  /** Each beat counts from the start of the one before it. */
  begin(): void {
    const startedMs = performance.now();
    this.beat().then((waitMs) => {
      if (this.isOver) return;
      this.timer = setTimeout(() => this.begin(), Math.max(0, startedMs + waitMs - performance.now()));
    });
  }

  end(): void {
    this.isOver = true;
    clearTimeout(this.timer);
  }

  /** Writes the object, or says why not; how long to wait then. */
  private async beat(): Promise<number> {
    try {
      await this.write();
      this.lastSuccessMs = Date.now();
      this.say('INFO', 'the heartbeat is written');
      return this.around.everyMs;
    } catch (error) {
      const { message } = error as Error;
      if (error instanceof Missed) this.count({ reason: error.reason });
      this.say(error instanceof Missed ? 'WARNING' : 'ERROR', message);
      return this.around.retryMs;
    }
  }

  private async write(): Promise<void> {
    const { bakery, bucket } = this.config;
    const nowMs = Date.now();
    this.watchdog = await seenWatchdog(this.config, nowMs);
    const beat: Heartbeat = { bakery, time: new Date(nowMs).toISOString(), watchdog: this.watchdog };
    await writeObject({ google: this.around.google, bucket, name: HEARTBEAT_OBJECT }, `${JSON.stringify(beat)}\n`);
  }

  private say(severity: Parameters<Log>[0], message: string): void {
    const words = message.replace(/\d+/g, '0'); // ages and the like
    if (words !== this.said) this.log(severity, message);
    this.said = words;
  }
}
