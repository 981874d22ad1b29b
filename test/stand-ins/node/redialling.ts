/** How a lost peer is dialled again (point_reconnection_config.ml): seconds, and by what a pause grows. */
export interface Redialling {
  readonly factor: number;
  readonly initialDelay: number;
  readonly disconnectionDelay: number;
  readonly increaseCap: number;
}

/** What `p2p.greylisting_config` says, or Octez. */
export function redialling(config: Record<string, number>): Redialling {
  return {
    factor: config.factor ?? 1.2,
    initialDelay: config['initial-delay'] ?? 1,
    disconnectionDelay: config['disconnection-delay'] ?? Number(process.env.STAND_IN_DISCONNECTION_MS ?? 60_000) / 1000,
    increaseCap: config['increase-cap'] ?? 172_800,
  };
}
