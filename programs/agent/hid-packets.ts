/**
 * How commands go to a Ledger over HID: packets of 64 bytes, each with a channel, a tag and a sequence number; the first
 * one says how long the whole is (https://github.com/LedgerHQ/ledger-live, hid-framing).
 */
export const PACKET_BYTES = 64;
const CHANNEL = 0x0101;
const APDU_TAG = 0x05;
const HEAD_BYTES = 5;
const LENGTH_BYTES = 2;

/** A command as it is sent. */
export function packetsOf(command: Uint8Array): Buffer[] {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt16BE(command.length);
  const whole = Buffer.concat([length, command]);
  const room = PACKET_BYTES - HEAD_BYTES;
  const count = Math.ceil(whole.length / room);
  return Array.from({ length: count }, (_, i) => {
    const packet = Buffer.alloc(PACKET_BYTES);
    packet.writeUInt16BE(CHANNEL, 0);
    packet.writeUInt8(APDU_TAG, 2);
    packet.writeUInt16BE(i, 3);
    whole.copy(packet, HEAD_BYTES, i * room, (i + 1) * room);
    return packet;
  });
}

/** Puts the packets of one answer together. */
export class AnswerPackets {
  private parts = Buffer.alloc(0);
  private length = 0;
  private sequence = 0;

  /** The answer, once it is whole. Throws if the packet is not the next one of an answer. */
  add(packet: Buffer): Buffer | undefined {
    const isFirst = this.sequence === 0;
    const isNext =
      packet.length === PACKET_BYTES &&
      packet.readUInt16BE(0) === CHANNEL &&
      packet.readUInt8(2) === APDU_TAG &&
      packet.readUInt16BE(3) === this.sequence;
    if (!isNext)
      throw new Error(`a packet that is none of an answer: ${packet.subarray(0, HEAD_BYTES).toString('hex')}`);
    this.sequence++;
    if (isFirst) this.length = packet.readUInt16BE(HEAD_BYTES);
    this.parts = Buffer.concat([this.parts, packet.subarray(isFirst ? HEAD_BYTES + LENGTH_BYTES : HEAD_BYTES)]);
    return this.parts.length < this.length ? undefined : this.parts.subarray(0, this.length);
  }
}
