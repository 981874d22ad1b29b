import { mkdirSync } from 'node:fs';
import type { Log } from '../runtime/json-log';
import { type Listening, serve } from '../runtime/serve-http';
import type { AgentConfig } from './agent.contract';
import { Agent } from './agent-api';
import { ReasonLog } from './reason-log';

/** How often octez-signer and the device are looked at. */
const LOOK_MS = 1000;
/** For answers that are ready to go out at the end. */
const GRACE_MS = 200;

/** Starts the agent; resolves when it listens. `everyMs`: how often it looks at octez-signer and the device. */
export async function startAgent(config: AgentConfig, log: Log, everyMs = LOOK_MS): Promise<Listening> {
  mkdirSync(config.runFolder, { recursive: true, mode: 0o700 });
  const agent = new Agent(config, log);
  const reasons = new ReasonLog(agent.health, log);
  const look = () => agent.health.look().then(() => reasons.tell());
  await look();
  const looking = setInterval(look, everyMs);
  const endMachine = agent.machine?.start();
  const all = await Promise.all(agent.places.map(([place, handler]) => serve(place, handler, agent.onError)));
  let ending: Promise<void> | undefined;
  const end = async () => {
    clearInterval(looking);
    endMachine?.();
    await agent.idle();
    await Promise.all(all.map((each) => each.close(GRACE_MS)));
  };
  log('INFO', `the agent of ${config.signer} listens`);
  return {
    port: all[0].port,
    close: () => (ending ??= end()),
  };
}
