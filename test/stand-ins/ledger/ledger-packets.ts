/** Ledger's framing over HID: packets of 64 bytes, the first of which says how long the whole is. */
export const PACKET_BYTES = 64;
/** What a program writes: a report number of zero, then the packet. */
export const REPORT_BYTES = PACKET_BYTES + 1;

const CHANNEL = 0x0101;
const TAG = 0x05;
const HEAD_BYTES = 5;

/** The packets of a command or an answer. */
export function packetsOf(data: Buffer): Buffer[] {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(data.length);
  const whole = Buffer.concat([length, data]);
  const room = PACKET_BYTES - HEAD_BYTES;
  return Array.from({ length: Math.ceil(whole.length / room) }, (_, i) => {
    const packet = Buffer.alloc(PACKET_BYTES);
    packet.writeUInt16BE(CHANNEL, 0);
    packet.writeUInt8(TAG, 2);
    packet.writeUInt16BE(i, 3);
    whole.copy(packet, HEAD_BYTES, i * room, (i + 1) * room);
    return packet;
  });
}

/** Puts packets together; throws what a device or a library would take for garbage. */
export class PacketReader {
  private parts: Buffer[] = [];
  private wanted = 0;

  /** The whole, once its last packet has come. */
  take(packet: Buffer): Buffer | undefined {
    const isFirst = this.parts.length === 0;
    if (packet.readUInt16BE(0) !== CHANNEL || packet[2] !== TAG) throw new Error('a packet of another channel');
    if (packet.readUInt16BE(3) !== this.parts.length) {
      this.parts = [];
      throw new Error('unexpected seq num');
    }
    if (isFirst) this.wanted = packet.readUInt16BE(HEAD_BYTES);
    this.parts.push(packet.subarray(isFirst ? HEAD_BYTES + 2 : HEAD_BYTES));
    const data = Buffer.concat(this.parts);
    if (data.length < this.wanted) return undefined;
    this.parts = [];
    return data.subarray(0, this.wanted);
  }
}
