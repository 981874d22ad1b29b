import type { Log } from '../runtime/json-log';
import type { KeyHealth } from './key-health';

/** Says what has become wrong with each key, and what is well again: once each time. */
export class ReasonLog {
  private said: Readonly<Record<string, string>> = {};

  constructor(
    private readonly health: KeyHealth,
    private readonly log: Log,
  ) {}

  tell(): void {
    const { reasons, problems } = this.health;
    for (const [key, reason] of Object.entries(reasons)) {
      if (this.said[key] === reason) continue;
      if (reason === '') this.log('INFO', 'the device could sign', { key });
      else this.log('WARNING', `the device could not sign: ${problems[key]}`, { key, reason });
    }
    this.said = reasons;
  }
}
