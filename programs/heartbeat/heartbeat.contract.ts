import type { Place } from '../runtime/place';

/** The heartbeat's configuration: one JSON file. */
export interface HeartbeatConfig {
  /** Name of the bakery: the label by which its alerts are told from those of others. */
  readonly bakery: string;
  /** Start of Alertmanager's URL: `http://alertmanager:9093`. */
  readonly alertmanager: string;
  /** The bucket in Cloud Storage that takes the object. */
  readonly bucket: string;
  readonly metrics: Place;
}

/** Where the file is in the pod. */
export const HEARTBEAT_CONFIG = '/etc/heartbeat/heartbeat.json';

/** The alert that fires all the time. */
export const WATCHDOG = 'Watchdog';

/** Name of the object, and how often it is written anew. */
export const HEARTBEAT_OBJECT = 'heartbeat.json';
export const BEAT_SECONDS = 60;

/** What the object holds. Times are RFC 3339. */
export interface Heartbeat {
  readonly bakery: string;
  /** When it was written. */
  readonly time: string;
  /** The alert as Alertmanager has told it just before. */
  readonly watchdog: WatchdogView;
}

/** Of `gettableAlert` (api/v2/openapi.yaml of Alertmanager), what says that the alert is alive. */
export interface WatchdogView {
  readonly startsAt: string;
  /** When Prometheus has sent it last. */
  readonly updatedAt: string;
  /** When it is over unless Prometheus sends it again. */
  readonly endsAt: string;
}

/** Why a beat is missed; in the order in which it is found out. */
export const missReasons = [
  'alertmanager', // it does not answer, or what is not understood
  'absent', // Alertmanager knows of no such alert
  'inactive', // it is silenced, or inhibited
  'stale', // Prometheus has not sent it for a while
  'token', // the metadata server tells none
  'bucket', // Cloud Storage has not taken the object
] as const;
export type MissReason = (typeof missReasons)[number];

export const heartbeatMetrics = {
  /** 0 before the first one. */
  lastSuccess: 'heartbeat_last_success_timestamp_seconds',
  /** `updatedAt` of the alert when it was last seen, 0 before. */
  watchdogTime: 'heartbeat_watchdog_updated_timestamp_seconds',
  /** Label `reason`: see `missReasons`. */
  misses: 'heartbeat_misses_total',
} as const;
