import { Opening } from '../../../programs/guard/opening';
import { epochOf } from '../home';

const always = () => true;

function opening(signers = ['left', 'right'], away: string[] = []) {
  const time = { ms: 0, openings: 0 };
  const onOpen = () => {
    time.openings++;
    return true;
  };
  const phases: string[] = [];
  const of = new Opening({
    epoch: epochOf(2),
    signers,
    away: new Set(away),
    onOpen,
    onPhase: (phase, by) => phases.push(by === undefined ? phase : `${phase} by ${by}`),
    monotonicMs: () => time.ms,
  });
  const answers = (signer: string, session: string, mayBeSkipped: string[] = []) =>
    of.take(signer, { session, askedAt: of.now(), mayBeSkipped });
  const says = (signer: string, session: string | undefined) => of.see(signer, session, of.now());
  return { of, time, phases, answers, says };
}

/** Both have answered, and confirmed each other. */
function open() {
  const world = opening();
  world.answers('left', 'l1');
  world.answers('right', 'r1');
  world.says('left', 'l1');
  world.says('right', 'r1');
  expect(world.of.usableSigners).toEqual(['left', 'right']);
  return world;
}

const WHOLE = ['left', 'right'];
const PATIENCE_MS = 10_000;

test('a guard that is told of the one before opens without a signer that has been silent for ten seconds', () => {
  const { of, time, answers } = opening();
  answers('left', 'l1', WHOLE);
  time.ms = PATIENCE_MS - 1;
  of.retry();
  expect([of.phase, of.skipped]).toEqual(['opening', []]);
  time.ms = PATIENCE_MS;
  of.retry();
  expect([of.phase, of.usableSigners, time.openings]).toEqual(['open', ['left'], 1]);
});

test('every opening is told, whether an answer, a word or mere time has brought it, and every other change once', () => {
  const skipping = opening();
  skipping.answers('left', 'l1', WHOLE);
  skipping.time.ms = PATIENCE_MS;
  skipping.of.retry();
  expect(skipping.phases).toEqual(['open']);
  const fencing = opening();
  fencing.answers('left', 'l1');
  fencing.of.fence('right');
  fencing.says('left', undefined);
  fencing.answers('left', 'l2');
  for (const signer of WHOLE) fencing.of.outbid(signer);
  expect(fencing.phases).toEqual(['open', 'opening', 'outbid by left']);
  const answering = open();
  for (let times = 0; times < 2; times++) answering.of.stop(always);
  expect(answering.phases).toEqual(['open', 'stopped']);
});

test('a signer that the guard before did not have is never skipped', () => {
  const { of, time, answers } = opening(['left', 'right', 'new']);
  answers('left', 'l1', WHOLE);
  time.ms = PATIENCE_MS;
  of.retry();
  expect([of.phase, of.skipped]).toEqual(['opening', ['right']]);
});

test('the right to skip is gone with the session whose answer gave it, and back only if the next answer carries it', () => {
  const { of, time, answers, says } = opening();
  answers('left', 'l1', WHOLE);
  says('left', 'l2');
  answers('left', 'l3');
  time.ms = PATIENCE_MS;
  of.retry();
  expect([of.phase, of.skipped]).toEqual(['opening', []]);
  says('left', undefined);
  answers('left', 'l4', WHOLE);
  expect(of.phase).toBe('open');
});

test('a skipped signer that comes back is used when the others have confirmed it, and no floor is taken for it', () => {
  const { of, time, answers, says } = opening();
  answers('left', 'l1', WHOLE);
  time.ms = PATIENCE_MS;
  of.retry();
  answers('right', 'r1');
  expect(of.usableSigners).toEqual(['left']);
  says('left', 'l1');
  expect([of.usableSigners, time.openings]).toEqual([['left', 'right'], 1]);
});

test('a guard whose file says that one is away may skip another one, and asks neither for its word', () => {
  const whole = ['left', 'right', 'third'];
  const { of, time, answers, says } = opening(whole, ['third']);
  answers('left', 'l1', whole);
  time.ms = PATIENCE_MS - 1;
  of.retry();
  expect([of.phase, of.unanswered]).toEqual(['opening', ['right']]);
  time.ms = PATIENCE_MS;
  of.retry();
  expect([of.phase, of.usableSigners]).toEqual(['open', ['left']]);
  answers('right', 'r1');
  expect(of.usableSigners).toEqual(['left']);
  says('left', 'l1');
  expect([of.usableSigners, time.openings]).toEqual([WHOLE, 1]);
});

test('when no session has lasted, a signer that was skipped must answer like every other', () => {
  const { of, time, answers, says } = opening();
  answers('left', 'l1', WHOLE);
  time.ms = PATIENCE_MS;
  of.retry();
  says('left', undefined);
  answers('left', 'l2', WHOLE);
  time.ms += PATIENCE_MS;
  of.retry();
  expect([of.phase, of.skipped, of.unanswered]).toEqual(['opening', [], ['right']]);
});

test('a flapping signer takes no floor while another one lasts, and is used only when that one has said so again', () => {
  const { of, time, answers, says } = open();
  says('right', undefined);
  answers('right', 'r2');
  expect([of.usableSigners, time.openings]).toEqual([['left'], 1]);
  says('left', 'l1');
  expect([of.usableSigners, time.openings]).toEqual([WHOLE, 1]);
});

test('what a signer said before a session began confirms nothing of that session', () => {
  const { of, answers, says } = open();
  const askedAt = of.now();
  says('right', undefined);
  answers('right', 'r2');
  of.see('left', 'l1', askedAt);
  expect(of.usableSigners).toEqual(['left']);
});

test('a signer that comes back while the other one is away waits for that one, and a person is told what to do', () => {
  const { of, answers, says } = open();
  says('left', undefined); // right has no power: it says nothing at all
  answers('left', 'l2');
  expect([of.phase, of.usableSigners, of.waitsForWordOf('left')]).toEqual(['open', ['right'], ['right']]);
  expect(of.fence('right')).toBe(
    'only a start can do without its word on left: delete this pod, and fence it in the next one',
  );
  expect(of.fence('left')).toBe('nothing waits for it');
  says('right', 'r1');
  expect([of.usableSigners, of.waitsForWordOf('left')]).toEqual([WHOLE, []]);
});

test('when no session has lasted everybody is asked again, and fences are asked for again', () => {
  const { of, time, answers, says } = opening();
  answers('left', 'l1');
  expect(of.fence('right')).toBeUndefined();
  expect([of.phase, time.openings]).toEqual(['open', 1]);
  says('left', undefined);
  answers('left', 'l2');
  expect([of.phase, of.unanswered]).toEqual(['opening', ['right']]);
  expect(of.fence('right')).toBeUndefined();
  expect([of.phase, time.openings]).toEqual(['open', 2]);
});

test('a guard that stops tells one signer in its session, once, and decides nothing more', () => {
  const { of } = open();
  expect(of.stop(always)).toEqual({ signer: 'left', session: 'l1', counter: 1 });
  expect([of.phase, of.next('left'), of.stop(always)]).toEqual(['stopped', undefined, undefined]);
});

test('a guard that stops tells one that can be reached, if there is one', () => {
  expect(open().of.stop((signer) => signer === 'right')).toMatchObject({ signer: 'right' });
  expect(open().of.stop(() => false)).toMatchObject({ signer: 'left' });
});

test('a guard that has nobody whom all others let it use says to nobody that it has stopped', () => {
  const waiting = opening();
  waiting.answers('left', 'l1');
  expect(waiting.of.stop(always)).toBeUndefined();
  const flapping = open();
  flapping.says('right', undefined);
  flapping.answers('right', 'r2');
  expect(flapping.of.stop((signer) => signer === 'right')).toMatchObject({ signer: 'left' });
  const outbid = open();
  outbid.of.outbid('right');
  expect(outbid.of.stop(always)).toBeUndefined();
});

test('a guard that stops before it has used what it was told hands it on to the signer that told it', () => {
  const { of, answers } = opening();
  answers('right', 'r1', WHOLE);
  expect(of.stop(always)).toEqual({ signer: 'right', session: 'r1', counter: 1 });
});

test('a signer that the file says is away is neither waited for nor announced to', () => {
  const { of, answers } = opening(WHOLE, ['right']);
  expect(of.unanswered).toEqual(['left']);
  answers('left', 'l1');
  expect(of.usableSigners).toEqual(['left']);
});
