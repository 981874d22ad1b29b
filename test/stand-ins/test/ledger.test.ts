import { requestHex } from '../../conformance/signing/made-requests';
import { Ledger } from '../ledger/ledger-device';
import { PacketReader, packetsOf } from '../ledger/ledger-packets';

const KEY = 'tz2UfiRX69g7KURzP9JDfT4tig1o458EsMQU';
const PATH = [44, 1729, 0, 0].map((step) => 0x80000000 + step);

function ledger(): Ledger {
  const sign = () => Buffer.alloc(64, 0x81);
  return new Ledger({ curve: 1, path: PATH, chain: Buffer.from('7a06a770', 'hex'), sign, signingMs: 0 });
}

/** What the device answers: the data and the status word, in hexadecimal digits. */
function exchange(device: Ledger, command: Buffer): Promise<string> {
  const reader = new PacketReader();
  return new Promise((resolve) => {
    const reply = (packet: Buffer) => {
      const answer = reader.take(packet);
      if (answer) resolve(answer.toString('hex'));
    };
    for (const packet of packetsOf(command)) device.feed(Buffer.concat([Buffer.from([0]), packet]), reply);
  });
}

const command = (head: string, data = Buffer.alloc(0)) =>
  Buffer.concat([Buffer.from(head, 'hex'), Buffer.from([data.length]), data]);

async function sign(
  device: Ledger,
  what: { kind: 'block' | 'preattestation' | 'attestation'; level: number; round: number },
) {
  const path = Buffer.alloc(17, 4);
  for (const [i, step] of PATH.entries()) path.writeUInt32BE(step, 1 + 4 * i);
  await exchange(device, command('80040001', path));
  const hex = requestHex({ key: KEY, payload: 'a', branch: 'b', ...what });
  return (await exchange(device, command('80048101', Buffer.from(hex, 'hex')))).slice(-4);
}

test('a command in several packets, and an answer in several, arrive whole', async () => {
  const data = Buffer.from('ab'.repeat(200), 'hex');
  const reader = new PacketReader();
  const parts = packetsOf(data).map((packet) => reader.take(packet));
  expect(parts.at(-1)).toEqual(data);
  expect(await exchange(ledger(), command('b0010000'))).toMatch(/^010c54657a6f732042616b696e67.*9000$/);
});

test('its mark is raised before it signs, and what is not above it is refused, the same bytes too', async () => {
  const device = ledger();
  expect(await sign(device, { kind: 'preattestation', level: 10, round: 0 })).toBe('9000');
  expect(await sign(device, { kind: 'attestation', level: 10, round: 0 })).toBe('9000');
  expect(await sign(device, { kind: 'attestation', level: 10, round: 0 })).toBe('6a80');
  expect(await sign(device, { kind: 'preattestation', level: 10, round: 0 })).toBe('6a80');
  expect(await sign(device, { kind: 'block', level: 10, round: 0 })).toBe('6a80');
  expect(await sign(device, { kind: 'block', level: 10, round: 1 })).toBe('9000');
  expect(await sign(device, { kind: 'attestation', level: 9, round: 5 })).toBe('6a80');
});

test('locked, with another app or with another key it signs nothing', async () => {
  const device = ledger();
  device.isLocked = true;
  expect(await sign(device, { kind: 'block', level: 1, round: 0 })).toBe('5515');
  device.open();
  device.app = 'BOLOS';
  expect(await sign(device, { kind: 'block', level: 1, round: 0 })).toBe('6e00');
  device.open();
  device.authorized = { curve: 1, path: PATH.slice(0, 3) };
  expect(await sign(device, { kind: 'block', level: 1, round: 0 })).toBe('6982');
  device.open();
  expect(await sign(device, { kind: 'block', level: 1, round: 0 })).toBe('9000');
});

test('two programs that talk at once are garbage', () => {
  const device = ledger();
  const [first] = packetsOf(Buffer.alloc(100, 1));
  const other = packetsOf(Buffer.alloc(100, 2))[0]!;
  for (const packet of [first!, other]) device.feed(Buffer.concat([Buffer.from([0]), packet]), () => {});
  expect(device.garbage).toEqual(['unexpected seq num']);
});
