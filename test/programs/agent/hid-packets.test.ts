import { AnswerPackets, packetsOf } from '../../../programs/agent/hid-packets';

/** Written by hand after the description of the framing: 0101 channel, 05 tag, sequence, length in the first one. */
const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');
const filled = (text: string) => Buffer.concat([hex(text), Buffer.alloc(64)], 64);

test('a command goes as packets of 64 bytes', () => {
  expect(packetsOf(hex('80 0b 00 00 00'))).toEqual([filled('0101 05 0000 0005 800b000000')]);
  const long = Buffer.from(Array.from({ length: 57 + 59 + 1 }, (_, i) => i));
  expect(packetsOf(long)).toEqual([
    Buffer.concat([hex('0101 05 0000 0075'), long.subarray(0, 57)]),
    Buffer.concat([hex('0101 05 0001'), long.subarray(57, 116)]),
    filled(`0101 05 0002 ${long.subarray(116).toString('hex')}`),
  ]);
});

test('what fills its last packet exactly takes no more', () => {
  expect(packetsOf(Buffer.alloc(57))).toHaveLength(1);
  expect(packetsOf(Buffer.alloc(58))).toHaveLength(2);
});

test('an answer is whole with its last packet, and what fills that is no part of it', () => {
  const short = new AnswerPackets();
  expect(short.add(filled('0101 05 0000 0002 9000'))).toEqual(hex('9000'));
  const long = new AnswerPackets();
  const data = Buffer.alloc(60, 7);
  expect(long.add(Buffer.concat([hex('0101 05 0000 003c'), data.subarray(0, 57)]))).toBeUndefined();
  expect(long.add(filled('0101 05 0001 070707 ffff'))).toEqual(data);
});

test.each([
  ['another channel', '0102 05 0000 0002 9000'],
  ['another tag', '0101 02 0000 0002 9000'],
  ['the middle of another answer', '0101 05 0001 0002 9000'],
])('%s is no answer', (_, text) => {
  expect(() => new AnswerPackets().add(filled(text))).toThrow('none of an answer');
});

test('half a packet is no answer, and a packet that comes twice neither', () => {
  expect(() => new AnswerPackets().add(hex('0101 05 0000 0002 9000'))).toThrow('none of an answer');
  const twice = new AnswerPackets();
  const first = Buffer.concat([hex('0101 05 0000 003c'), Buffer.alloc(57)]);
  twice.add(first);
  expect(() => twice.add(first)).toThrow('none of an answer');
});
