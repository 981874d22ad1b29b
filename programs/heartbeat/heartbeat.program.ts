import { readFileSync } from 'node:fs';
import { logTo } from '../runtime/json-log';
import { HEARTBEAT_CONFIG, type HeartbeatConfig } from './heartbeat.contract';
import { startHeartbeat } from './start-heartbeat';

/** `heartbeat [--config <file>]`: writes an object each minute, as long as monitoring works, until it is ended. */
async function main([flag, named]: string[]): Promise<void> {
  const file = flag === '--config' && named !== undefined ? named : HEARTBEAT_CONFIG;
  const config = JSON.parse(readFileSync(file, 'utf8')) as HeartbeatConfig;
  const starting = startHeartbeat(
    config,
    logTo((line) => process.stdout.write(line)),
  );
  // Before it listens: the first process of a container hears no signal that it has not asked for.
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => starting.then((heartbeat) => heartbeat.stop()).then(() => process.exit(0)));
  }
  await starting;
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
