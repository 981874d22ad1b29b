import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledProgram } from '../bundled-program';
import { temporaryFolder } from '../temporary';

test('a run that has not paid a cycle fails at its end, and tells why; one that has paid all does not', async () => {
  const program = await bundledProgram('preflight');
  const folder = temporaryFolder();
  const [config, problems] = ['preflight.json', 'problems.json'].map((name) => join(folder, name));
  writeFileSync(config, JSON.stringify({ problems }));
  const ended = (sentences?: readonly string[]) => {
    if (sentences) writeFileSync(problems, JSON.stringify(sentences));
    const { status, stdout } = spawnSync(process.execPath, [program, '--config', config, '--verdict'], {
      encoding: 'utf8',
    });
    return { status, told: stdout.split('\n').filter(Boolean) };
  };
  expect(ended().status).toBe(1); // preflight has not come to its end
  expect(ended([])).toEqual({ status: 0, told: [] });
  const { status, told } = ended(['cycle 3: the list is not whole', 'cycle 4: another']);
  expect(status).toBe(1);
  expect(told.map((line) => JSON.parse(line))).toMatchObject([
    { severity: 'ERROR', message: 'not paid: cycle 3: the list is not whole' },
    { message: 'not paid: cycle 4: another' },
  ]);
});
