import { readFileSync } from 'node:fs';
import { logTo } from '../runtime/json-log';
import type { AgentConfig } from './agent.contract';
import { startAgent } from './agent-server';

/** `agent <config.json>`: answers the guard until it is ended. */
async function main([file]: string[]): Promise<void> {
  if (file === undefined) throw new Error('write: agent <config.json>');
  const log = logTo((line) => process.stdout.write(line));
  const listening = await startAgent(JSON.parse(readFileSync(file, 'utf8')) as AgentConfig, log);
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => listening.close().then(() => process.exit(0)));
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
