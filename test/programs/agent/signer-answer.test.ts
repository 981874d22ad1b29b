import { endingOf } from '../../../programs/agent/signer-answer';

const trace = (msg: string) => JSON.stringify([{ kind: 'temporary', id: 'failure', msg }]);
const ledger = (words: string) =>
  JSON.stringify([
    { kind: 'permanent', id: 'signer.ledger', 'ledger-error': `Application level error (sign): ${words}` },
  ]);

test.each([
  ['a tezsign that is locked', 403, 'locked', 'not asked'],
  ['a Ledger that is locked', 500, ledger('Security status unsatisfied'), 'not asked'],
  ['a Ledger with another app', 500, ledger('Incorrect class'), 'not asked'],
  ['a Ledger that is not there', 500, trace('Found no ledger corresponding to ledger://a/ed25519.'), 'not asked'],
  ["a Ledger's own mark", 500, ledger('Incorrect data'), 'refused for its mark'],
  ["a tezsign's own mark", 409, 'stale', 'refused for its mark'],
  [
    "octez-signer's own mark",
    500,
    trace('attestation level 5 and round 0 not above high watermark (5,0)'),
    'refused for its mark',
  ],
  [
    'what it has signed in another form',
    500,
    trace('block level 5 already signed with different data'),
    'refused for its mark',
  ],
  ['a cut cable', 500, ledger('Technical problem 170'), 'unknown'],
  ['any other trouble', 500, trace('no space left'), 'unknown'],
  ['an answer without a signature', 200, '{}', 'unknown'],
  ['an answer that is none', 200, 'sig', 'unknown'],
  ['a gateway between', 502, '', 'unknown'],
])('of %s no more is believed than is sure', (_, status, text, ending) => {
  expect(endingOf({ status, text }).ending).toBe(ending);
});
