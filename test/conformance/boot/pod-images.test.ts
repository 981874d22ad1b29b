import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../kit/root';
import { imagesOf } from './pod-images';

const charts = join(ROOT, 'dist/charts');

test('every image that pods of dist/ name can be made here', () => {
  for (const name of existsSync(charts) ? readdirSync(charts) : []) {
    expect(imagesOf(ROOT, { name }).length).toBeGreaterThan(0);
  }
});
