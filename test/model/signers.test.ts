import { sentence } from '../../model/messages/problems';
import { findProblems } from '../../model/reading/check';
import { smallest, smallestFile } from '../kit/bakeries';

const name = ['custody', 'homes', 'signers', 0, 'name'];
const called = (value: string) => findProblems([smallestFile([[name, value]])]).map(sentence);

test.each(['a', 'attic-2', 'abcdefghij-abcdefghi'])(
  'a signer may be called %s, and its container is one that Kubernetes takes',
  (value) => {
    expect(called(value)).toEqual([]);
    expect(smallest([[name, value]]).signers[0].tunnel).toMatch(/^(?=.{1,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
  },
);

test.each(['attic-', '-attic', 'Attic', '2nd', 'at tic', 'abcdefghij-abcdefghij'])(
  'no signer is called %s',
  (value) => {
    expect(called(value)).toEqual([expect.stringContaining('a letter first and no dash last, e.g. attic')]);
  },
);
