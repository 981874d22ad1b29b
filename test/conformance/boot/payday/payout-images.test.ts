import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../kit/root';
import { readDockerfile } from '../dockerfile';
import { runStage } from './payout-images';

const text = readFileSync(join(ROOT, 'charts/payouts/image/Dockerfile'), 'utf8');

test("Backerei's image stands on what its Dockerfile says, with its packages and its user, and the stand-in in its place", () => {
  const { base, steps, user } = readDockerfile(runStage(text));
  expect(base).toMatch(/^docker\.io\/library\/debian:/);
  expect(user).toMatch(/^\d+:\d+$/);
  expect(steps.map(({ word }) => word)).toEqual(['RUN', 'COPY']);
  expect(steps[0]?.rest).toContain(' wget');
  expect(steps[1]?.rest).toBe('files /');
});

test('a Dockerfile that takes something else from its first stage is not passed over', () => {
  expect(() => runStage(text.replace('/out/backerei', '/out/other'))).toThrow('charts/payouts/image/Dockerfile');
});
