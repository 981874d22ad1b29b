import type { Problem } from '../model/messages/problems';
import type { Living } from './second-lives';

/** Of a bakery without a list of an earlier synthesis, which has no data yet: its private node needs a way to some. */
export function firstSynthesisProblems({
  file,
  bakery,
  lineOf,
}: Pick<Living, 'file' | 'bakery' | 'lineOf'>): Problem[] {
  if (!bakery.privateNodeNeedsDownloads || bakery.privateNodeDownloads) return [];
  const setting = ['privateNode', 'downloads'];
  const message =
    'lets the first start download nothing, and this bakery was never synthesized before; write open until its node is synced';
  const line = lineOf(setting);
  return [{ severity: 'warning', file: file.path, line, setting, value: 'closed', message }];
}
