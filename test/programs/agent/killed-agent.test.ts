import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentConfig } from '../../../programs/agent/agent.contract';
import { readDurable } from '../../../programs/runtime/durable-file';
import { bundledProgram } from '../bundled-program';
import { agentConfig, epochOf, octezSigner, say, statusOf } from '../home';
import { afterwards, temporaryFolder, until } from '../temporary';

async function run(program: string, config: AgentConfig): Promise<ChildProcess> {
  const file = join(temporaryFolder(), 'agent.json');
  writeFileSync(file, JSON.stringify(config));
  const child = spawn(process.execPath, [program, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  afterwards(() => child.kill('SIGKILL'));
  await until('it listens', () => statusIsThere(config));
  return child;
}

const statusIsThere = (config: AgentConfig) => statusOf(config).catch(() => undefined);

test('an agent that is killed after it kept an epoch and before it answers has taken that epoch', async () => {
  const program = await bundledProgram('agent');
  const config = agentConfig(await octezSigner());
  const marks = join(config.octezSignerFolder as string, 'block_high_watermarks');
  const child = await run(program, config);
  execFileSync('mkfifo', [marks]); // it reads marks last of all, and here waits for somebody who writes
  const answer = say(config, { epoch: epochOf(7) });
  const cut = expect(answer).rejects.toThrow();
  await until('the epoch is kept', () => readDurable(join(config.stateFolder, 'epoch')) !== undefined);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await cut;
  rmSync(marks);
  await run(program, config);
  expect(await say(config, { epoch: epochOf(6) })).toMatchObject([403, { refused: 'epoch', epoch: epochOf(7) }]);
  expect(await say(config, { epoch: epochOf(7) })).toMatchObject([200, { session: expect.any(String) }]);
});
