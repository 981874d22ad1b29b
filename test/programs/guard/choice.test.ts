import { Choice } from '../../../programs/guard/choice';

const MINUTE_MS = 60_000;

function signers() {
  const time = { ms: 0 };
  const choice = new Choice(['home', 'office'], () => time.ms);
  const both = ['home', 'office'];
  for (const each of both) choice.health(each, true);
  return { choice, time, both };
}

test('the first signer of the file is asked, and the next one as soon as it is not usable or not healthy', () => {
  const { choice, both } = signers();
  expect(choice.pick(both)).toBe('home');
  expect(choice.pick(['office'])).toBe('office');
  choice.health('home', false);
  expect(choice.pick(both)).toBe('office');
  choice.health('office', false);
  expect(choice.pick(both)).toBeUndefined();
});

test('the preferred signer gets its place back after a minute of health, and at once when nobody else is there', () => {
  const { choice, time, both } = signers();
  choice.health('home', false);
  expect(choice.pick(both)).toBe('office');
  choice.health('home', true);
  time.ms += MINUTE_MS - 1;
  expect(choice.pick(both)).toBe('office');
  expect(choice.pick(['home'])).toBe('home');
});

test('after a minute it is asked again', () => {
  const { choice, time, both } = signers();
  choice.health('home', false);
  choice.pick(both);
  choice.health('home', true);
  time.ms += MINUTE_MS;
  expect(choice.pick(both)).toBe('home');
});

test('two timeouts in a row leave a signer out for half a minute, unless it is the only one', () => {
  const { choice, time, both } = signers();
  choice.ended('home', 'timeout');
  choice.ended('home', 'signed');
  choice.ended('home', 'timeout');
  expect(choice.pick(both)).toBe('home');
  choice.ended('home', 'timeout');
  expect(choice.pick(['home'])).toBe('home');
  expect(choice.pick(both)).toBe('office');
  time.ms += MINUTE_MS;
  expect(choice.pick(both)).toBe('home');
});

test('a device that refuses for its own mark three times running is asked last', () => {
  const { choice, both } = signers();
  for (let i = 0; i < 3; i++) choice.ended('home', 'refused for its mark');
  expect(choice.pick(both)).toBe('office');
  expect(choice.pick(['home'])).toBe('home');
});
