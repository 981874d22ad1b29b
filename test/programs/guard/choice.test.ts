import { Choice } from '../../../programs/guard/choice';

const MINUTE_MS = 60_000;
const KEY = 'tz1';

function signers() {
  const time = { ms: 0 };
  const choice = new Choice(['home', 'office'], () => time.ms);
  const both = ['home', 'office'];
  for (const each of both) choice.health(each, KEY, true);
  return { choice, time, both };
}

test('the first signer of the file is asked, and the next one as soon as it is not usable or not healthy', () => {
  const { choice, both } = signers();
  expect(choice.pick(both, KEY)).toBe('home');
  expect(choice.pick(['office'], KEY)).toBe('office');
  choice.health('home', KEY, false);
  expect(choice.pick(both, KEY)).toBe('office');
  choice.health('office', KEY, false);
  expect(choice.pick(both, KEY)).toBeUndefined();
});

test('the preferred signer gets its place back after a minute of health, and at once when nobody else is there', () => {
  const { choice, time, both } = signers();
  choice.health('home', KEY, false);
  expect(choice.pick(both, KEY)).toBe('office');
  choice.health('home', KEY, true);
  time.ms += MINUTE_MS - 1;
  expect(choice.pick(both, KEY)).toBe('office');
  expect(choice.pick(['home'], KEY)).toBe('home');
});

test('after a minute it is asked again', () => {
  const { choice, time, both } = signers();
  choice.health('home', KEY, false);
  choice.pick(both, KEY);
  choice.health('home', KEY, true);
  time.ms += MINUTE_MS;
  expect(choice.pick(both, KEY)).toBe('home');
});

test('two timeouts in a row leave a signer out for half a minute, unless it is the only one', () => {
  const { choice, time, both } = signers();
  choice.ended('home', 'timeout');
  choice.ended('home', 'signed');
  choice.ended('home', 'timeout');
  expect(choice.pick(both, KEY)).toBe('home');
  choice.ended('home', 'nothing left');
  choice.ended('home', 'timeout');
  expect(choice.pick(['home'], KEY)).toBe('home');
  expect(choice.pick(both, KEY)).toBe('office');
  for (const other of ['tz2', 'tz3']) for (const each of both) choice.health(each, other, true);
  time.ms += MINUTE_MS / 2 - 1;
  expect(choice.pick(both, 'tz2')).toBe('office');
  time.ms += 1;
  expect(choice.pick(both, 'tz3')).toBe('home');
});

test('a signer that was left out gets its place back a minute later, though its agent has called it healthy all the time', () => {
  const { choice, time, both } = signers();
  for (let i = 0; i < 2; i++) choice.ended('home', 'timeout');
  expect(choice.pick(both, KEY)).toBe('office');
  time.ms += 1.5 * MINUTE_MS - 1;
  expect(choice.pick(both, KEY)).toBe('office');
  time.ms += 1;
  expect(choice.pick(both, KEY)).toBe('home');
});

test('a signer whose answers leave it open whether it has signed is left out like one that is silent, and alone it is asked', () => {
  const { choice, time, both } = signers();
  choice.ended('home', 'unknown');
  expect(choice.pick(both, KEY)).toBe('home');
  choice.ended('home', 'unknown');
  expect([choice.pick(both, KEY), choice.pick(['home'], KEY)]).toEqual(['office', 'home']);
  time.ms += 2 * MINUTE_MS;
  choice.ended('home', 'timeout');
  choice.ended('home', 'signed');
  choice.ended('home', 'unknown');
  expect(choice.pick(['home'], KEY)).toBe('home');
  expect(choice.pick(both, KEY)).toBe('home');
});

test('a device that refuses for its own mark three times running is asked last', () => {
  const { choice, both } = signers();
  for (let i = 0; i < 3; i++) choice.ended('home', 'refused for its mark');
  expect(choice.pick(both, KEY)).toBe('office');
  expect(choice.pick(['home'], KEY)).toBe('home');
});

test('a key that a device cannot sign with moves alone, and moves nobody else', () => {
  const { choice, time, both } = signers();
  for (const each of both) choice.health(each, 'tz2', true);
  time.ms += MINUTE_MS;
  choice.health('home', KEY, false);
  expect([choice.pick(both, KEY), choice.pick(both, 'tz2')]).toEqual(['office', 'home']);
  choice.health('home', KEY, true);
  expect([choice.pick(['office'], 'tz2'), choice.pick(both, KEY)]).toEqual(['office', 'office']);
});
