import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { encode, PREFIX } from '../kit/base58';
import { Exit } from '../kit/program';
import { type Curve, curveOf } from '../kit/secret-keys';
import { PACKET_BYTES, PacketReader, packetsOf } from '../ledger/ledger-packets';

/** Where udev shows the interface that takes commands. The real one finds it by libusb, whatever its name. */
const LEDGER_FILE = process.env.STAND_IN_LEDGER ?? '/dev/ledger0';

interface Place {
  readonly p2: number;
  readonly path: readonly number[];
}

const curves: Readonly<Record<string, { p2: number; curve: Curve }>> = {
  ed25519: { p2: 0, curve: 'tz1' },
  secp256k1: { p2: 1, curve: 'tz2' },
  'P-256': { p2: 2, curve: 'tz3' },
  bip25519: { p2: 3, curve: 'tz1' },
};
const HARD = 0x80000000;
/** All keys of Tezos lie below it. */
const ROOT = [HARD + 44, HARD + 1729];

/** `ledger://<four words>/<curve>/0h/0h`, of that address; throws as Octez refuses what it cannot read. */
export function ledgerPlace(url: string, address: string): Place {
  const [, word = '', rest = ''] = /^ledger:\/\/[a-z]+(?:-[a-z]+){3}\/([A-Za-z0-9-]+)((?:\/\d+h)*)$/.exec(url) ?? [];
  const known = Object.hasOwn(curves, word) ? curves[word] : undefined;
  if (!known) throw new Exit(1, `Error:\n  Cannot parse the ledger URI ${url}\n`);
  if (known.curve !== curveOf(address)) throw new Exit(1, `Error:\n  ${url} is no ${curveOf(address)} key\n`);
  const path = rest
    .split('/')
    .slice(1)
    .map((step) => HARD + Number.parseInt(step, 10));
  return { p2: known.p2, path: [...ROOT, ...path] };
}

/** Signs by the device: it is opened for each request, and closed after it, as the real one does. */
export function signByLedger(url: string, address: string, data: Buffer): string {
  const { p2, path } = ledgerPlace(url, address);
  const device = openLedger(url);
  try {
    exchange(device, 'get_version', Buffer.from([0x80, 0x00, 0x00, 0x00, 0x00]));
    const steps = Buffer.alloc(1 + 4 * path.length, path.length);
    for (const [i, step] of path.entries()) steps.writeUInt32BE(step >>> 0, 1 + 4 * i);
    exchange(device, 'sign', Buffer.concat([Buffer.from([0x80, 0x04, 0x00, p2, steps.length]), steps]));
    const answer = exchange(device, 'sign', Buffer.concat([Buffer.from([0x80, 0x04, 0x81, p2, data.length]), data]));
    return encode(address.startsWith('tz2') ? PREFIX.spsig : PREFIX.p2sig, plainSignature(answer));
  } finally {
    closeSync(device);
  }
}

function openLedger(url: string): number {
  try {
    return openSync(LEDGER_FILE, 'r+');
  } catch {
    throw new Error(`No Ledger found for ${url}`);
  }
}

/** Waits for as long as it takes, as the real one does. */
function exchange(device: number, what: string, command: Buffer): Buffer {
  for (const packet of packetsOf(command)) writeSync(device, Buffer.concat([Buffer.from([0]), packet]));
  const reader = new PacketReader();
  let answer: Buffer | undefined;
  while (answer === undefined) answer = reader.take(packetFrom(device));
  const word = answer.readUInt16BE(answer.length - 2);
  if (word === 0x9000) return answer.subarray(0, -2);
  throw new Error(
    `Ledger Application level error (${what}): ${words[word] ?? 'Unregistered status message'} (0x${word.toString(16)})`,
  );
}

const words: Readonly<Record<number, string>> = {
  21781: 'Device locked',
  27010: 'Security status unsatisfied',
  27013: 'Conditions of use not satisfied',
  27264: 'Incorrect data',
  27904: 'Instruction not supported',
  28160: 'Class not supported',
};

/** A pty, unlike a device, may give a packet in pieces. */
function packetFrom(device: number): Buffer {
  const packet = Buffer.alloc(PACKET_BYTES);
  for (let have = 0; have < PACKET_BYTES; ) {
    const got = readSync(device, packet, have, PACKET_BYTES - have, null);
    if (got === 0) throw new Error('Ledger Transport level error: the device is gone');
    have += got;
  }
  return packet;
}

/** Of a DER signature, 64 bytes. The first byte of the device's holds a bit of its own beside the tag. */
function plainSignature(der: Buffer): Buffer {
  const number = (start: number): [Buffer, number] => {
    const length = der[start + 1] ?? 0;
    const bytes = der.subarray(start + 2, start + 2 + length);
    const plain = Buffer.concat([Buffer.alloc(32), bytes]).subarray(-32);
    return [plain, start + 2 + length];
  };
  const [r, next] = number(2);
  return Buffer.concat([r, number(next)[0]]);
}
