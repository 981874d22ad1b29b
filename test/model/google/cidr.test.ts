import {
  addressText,
  cidrProblem,
  contains,
  containsAddress,
  letInEverybody,
  overlaps,
  parseCidr,
  prefixFor,
  privateRanges,
  reachesInternet,
  size,
} from '../../../model/google/cidr';

const at = parseCidr;

test.each([
  ['10.0.0.0/22', 2 ** 10],
  ['0.0.0.0/0', 2 ** 32],
  ['255.255.255.255/32', 1],
  ['192.168.128.0/17', 2 ** 15],
])('%s has %d addresses', (text, addresses) => expect(size(at(text))).toBe(addresses));

test.each([
  ['10.0.1.0/22', 'has bits set behind the prefix: the network is 10.0.0.0/22'],
  ['255.255.255.255/1', 'has bits set behind the prefix: the network is 128.0.0.0/1'],
  ['10.0.0.0', 'is not an IPv4 network such as 10.0.0.0/22'],
  ['10.0.0.0/022', 'is not an IPv4 network such as 10.0.0.0/22'],
  ['fd00::/8', 'is not an IPv4 network such as 10.0.0.0/22'],
  ['10.0.0.0/33', 'has a prefix beyond /32'],
  ['10.0.0.256/32', 'is not an IPv4 network: four numbers from 0 to 255, then a slash and a prefix'],
  ['10.010.0.0/16', 'is not an IPv4 network: four numbers from 0 to 255, then a slash and a prefix'],
  ['10.0.0/16', 'is not an IPv4 network: four numbers from 0 to 255, then a slash and a prefix'],
])('%s is refused', (text, problem) => {
  expect(cidrProblem(text)).toBe(problem);
  expect(() => at(text)).toThrow(`"${text}" ${problem}`);
});

test('networks overlap when one holds the other', () => {
  expect(overlaps(at('10.0.0.0/8'), at('10.4.0.0/22'))).toBe(true);
  expect(overlaps(at('10.4.0.0/22'), at('10.0.0.0/8'))).toBe(true);
  expect(overlaps(at('10.4.0.0/22'), at('10.4.4.0/22'))).toBe(false);
  expect(contains(at('10.4.0.0/22'), at('10.0.0.0/8'))).toBe(false);
  expect(contains(at('0.0.0.0/0'), at('240.0.0.0/4'))).toBe(true);
  expect(contains(at('10.4.0.0/22'), at('10.4.0.0/22'))).toBe(true);
});

test('addresses are found in networks, above 128.0.0.0 too', () => {
  expect(containsAddress(at('192.168.0.0/16'), '192.168.3.4')).toBe(true);
  expect(containsAddress(at('192.168.0.0/16'), '192.169.3.4')).toBe(false);
  expect(containsAddress(at('0.0.0.0/0'), 'localhost')).toBe(false);
  expect(addressText(at('240.0.0.0/4').first)).toBe('240.0.0.0');
});

test('a prefix is as long as the number of addresses allows', () => {
  expect([1, 2, 3, 256, 257].map(prefixFor)).toEqual([32, 31, 30, 24, 23]);
});

test('the private ranges are networks, sorted, and never overlap', () => {
  const ranges = privateRanges.map(({ cidr }) => at(cidr));
  expect(ranges.map(({ first }) => first)).toEqual(ranges.map(({ first }) => first).sort((a, b) => a - b));
  for (const a of ranges) expect(ranges.filter((b) => overlaps(a, b))).toEqual([a]);
});

test.each(['10.1.2.3', '172.31.0.1', '192.168.1.1', '100.64.0.1', '169.254.169.254', '127.0.0.1', '255.255.255.255'])(
  '%s is not the internet',
  (address) => expect(privateRanges.some(({ cidr }) => containsAddress(at(cidr), address))).toBe(true),
);

test.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '34.79.110.181'])('%s is the internet', (address) =>
  expect(privateRanges.some(({ cidr }) => containsAddress(at(cidr), address))).toBe(false),
);

test.each([
  ['10.0.0.0/8', false],
  ['240.1.0.0/16', false],
  ['127.0.0.0/8', false],
  ['169.254.0.0/16', false],
  ['172.0.0.0/8', true], // holds a private block, and others
  ['203.0.113.7/32', true], // in examples it stands for somebody's address
])('whether somebody on the internet may come from %s: %s', (range, isSo) => {
  expect(reachesInternet(at(range))).toBe(isSo);
});

test('networks let in everybody also together, however they are cut and whatever stands twice', () => {
  const eighths = Array.from({ length: 256 }, (_, i) => `${i}.0.0.0/8`);
  for (const ranges of [['0.0.0.0/0'], ['0.0.0.0/1', '128.0.0.0/1'], eighths, ['1.0.0.0/8', '2.0.0.0/8']]) {
    expect(letInEverybody(ranges)).toBe(true);
  }
  for (const ranges of [
    [],
    ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '240.0.0.0/4'], // nobody on the internet has these
    ['1.0.0.0/8', '1.0.0.0/8', '1.2.0.0/16'],
  ]) {
    expect(letInEverybody(ranges)).toBe(false);
  }
});
