/** BLAKE2b (RFC 7693) with a digest of `size` bytes: Node's crypto has only the 64-byte one. */
const IV = [
  0xf3bcc908, 0x6a09e667, 0x84caa73b, 0xbb67ae85, 0xfe94f82b, 0x3c6ef372, 0x5f1d36f1, 0xa54ff53a, 0xade682d1,
  0x510e527f, 0x2b3e6c1f, 0x9b05688c, 0xfb41bd6b, 0x1f83d9ab, 0x137e2179, 0x5be0cd19,
];

const SIGMA = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

/** Columns, then diagonals: indices of the four words that each G mixes. */
const MIXED = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
];

type Words = Uint32Array; // 64-bit words as pairs: low, high

function add(v: Words, a: number, low: number, high: number): void {
  const sum = v[2 * a] + low;
  v[2 * a + 1] = v[2 * a + 1] + high + (sum > 0xffffffff ? 1 : 0);
  v[2 * a] = sum;
}

/** v[a] = (v[a] xor v[b]) rotated right by `bits`. */
function xorRotate(v: Words, a: number, b: number, bits: number): void {
  const low = v[2 * a] ^ v[2 * b];
  const high = v[2 * a + 1] ^ v[2 * b + 1];
  const [near, far] = bits >= 32 ? [high, low] : [low, high];
  const shift = bits % 32;
  v[2 * a] = shift === 0 ? near : (near >>> shift) | (far << (32 - shift));
  v[2 * a + 1] = shift === 0 ? far : (far >>> shift) | (near << (32 - shift));
}

function mix(v: Words, [a, b, c, d]: number[], m: Words, x: number, y: number): void {
  add(v, a, v[2 * b], v[2 * b + 1]);
  add(v, a, m[2 * x], m[2 * x + 1]);
  xorRotate(v, d, a, 32);
  add(v, c, v[2 * d], v[2 * d + 1]);
  xorRotate(v, b, c, 24);
  add(v, a, v[2 * b], v[2 * b + 1]);
  add(v, a, m[2 * y], m[2 * y + 1]);
  xorRotate(v, d, a, 16);
  add(v, c, v[2 * d], v[2 * d + 1]);
  xorRotate(v, b, c, 63);
}

function compress(h: Words, block: Buffer, count: number, last: boolean): void {
  const v = new Uint32Array([...h, ...IV]);
  v[24] ^= count;
  if (last) {
    v[28] = ~v[28];
    v[29] = ~v[29];
  }
  const m = new Uint32Array(32);
  for (let i = 0; i < 32; i++) m[i] = block.readUInt32LE(4 * i);
  for (let round = 0; round < 12; round++) {
    const order = SIGMA[round % 10];
    MIXED.forEach((words, i) => {
      mix(v, words, m, order[2 * i], order[2 * i + 1]);
    });
  }
  for (let i = 0; i < 16; i++) h[i] ^= v[i] ^ v[i + 16];
}

export function blake2b(data: Buffer, size = 32): Buffer {
  const h = new Uint32Array(IV);
  h[0] ^= 0x01010000 ^ size;
  const blocks = Math.max(1, Math.ceil(data.length / 128));
  for (let i = 0; i < blocks; i++) {
    const block = Buffer.alloc(128);
    data.copy(block, 0, 128 * i, Math.min(data.length, 128 * (i + 1)));
    compress(h, block, Math.min(data.length, 128 * (i + 1)), i === blocks - 1);
  }
  const digest = Buffer.alloc(64);
  for (let i = 0; i < 16; i++) digest.writeUInt32LE(h[i], 4 * i);
  return digest.subarray(0, size);
}
