import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { protocols } from '../../../model/tezos/protocols';
import type { AskedKey, SignedTags } from '../../../programs/guard/guard.contract';
import { readRequest } from '../../../programs/guard/signing-request';
import { FormError } from '../../../programs/runtime/binary-form';

interface Vector {
  readonly name: string;
  readonly curves: AskedKey['curve'][];
  readonly kind: string;
  readonly level: number;
  readonly round: number;
  readonly bytes: string;
}

/** From make-request-vectors.py, which has another encoder. */
const vectors: Vector[] = JSON.parse(readFileSync(join(__dirname, 'request-vectors.json'), 'utf8'));
const cases = vectors.flatMap((vector) => vector.curves.map((curve) => ({ ...vector, curve })));

const chainOf = (bytes: Uint8Array) => bytes.slice(1, 5);
const bytesOf = (vector: Vector) => Uint8Array.from(Buffer.from(vector.bytes, 'hex'));
const keyOf = (curve: AskedKey['curve'], role: AskedKey['role'] = 'delegate'): AskedKey => ({ curve, role });

/** What chains of both kinds of protocol sign, by whether there are rounds. */
function tagsOf(number: string): SignedTags {
  const protocol = protocols.find((each) => each.number === number);
  if (!protocol) throw new Error(`no protocol ${number}`);
  return { firstBytes: protocol.magicBytes.map(Number), ...protocol.voteTags };
}
const withRounds = tagsOf('025');
const withPriorities = tagsOf('006');
const tagsFor = ({ bytes }: Vector) => (bytes.startsWith('0') ? withPriorities : withRounds);

function read(vector: Vector, curve: AskedKey['curve'], bytes: Uint8Array = bytesOf(vector)) {
  return readRequest(bytes, keyOf(curve), chainOf(bytesOf(vector)), tagsFor(vector));
}

test.each(cases)('$name is understood for $curve, and forwarded as it was', ({ curve, ...vector }) => {
  const request = read(vector, curve);
  expect(request).toMatchObject({ kind: vector.kind, level: vector.level, round: vector.round });
  expect(Buffer.from(request.bytes).toString('hex')).toBe(vector.bytes);
});

/** Whether it is not of any form that is known. Beside `expect` it takes no time. */
function isRefused(ask: () => unknown): boolean {
  try {
    ask();
    return false;
  } catch (error) {
    if (!(error instanceof FormError)) throw error;
    return true;
  }
}

test('no request is understood when a byte is missing or there is one too many', () => {
  for (const { curve, ...vector } of cases) {
    const bytes = bytesOf(vector);
    const understood = [...bytes.keys()].filter(
      (length) => !isRefused(() => read(vector, curve, bytes.slice(0, length))),
    );
    // Before 010 there was no vote at the end of a block.
    const hasVote = bytes[0] === 1 && !vector.name.includes('006');
    expect([vector.name, understood]).toEqual([vector.name, hasVote ? [bytes.length - 1] : []]);
    const mayHaveVote = bytes[0] === 1 && !hasVote;
    const longer = [1, 2].filter(
      (by) => !isRefused(() => read(vector, curve, Uint8Array.from([...bytes, 0, 0].slice(0, bytes.length + by)))),
    );
    expect([vector.name, longer]).toEqual([vector.name, mayHaveVote ? [1] : []]);
  }
});

/** Where level and round stand, as octez-signer looks for them (src/bin_signer/handler.ml). */
function looked(bytes: Uint8Array, curve: AskedKey['curve']): { level: number; round: number } {
  const view = Buffer.from(bytes);
  const [first] = bytes;
  if (first === 0x11) return { level: view.readInt32BE(5), round: view.readInt32BE(83 + view.readInt32BE(83)) };
  if (first === 0x01) return { level: view.readInt32BE(5), round: 0 };
  if (first === 0x02) return { level: view.readInt32BE(bytes.length - 4), round: 0 };
  const at = curve === 'tz4' ? 38 : 40;
  return { level: view.readInt32BE(at), round: view.readInt32BE(at + 4) };
}

test('whatever bytes change on the way, a request that is understood says what octez-signer would find in it', () => {
  let understood = 0;
  const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.constantFrom(...cases), changes, ({ curve, ...vector }, edits) => {
      const bytes = bytesOf(vector);
      for (const [at, value] of edits) bytes[at % bytes.length] = value;
      try {
        const request = read(vector, curve, bytes);
        understood++;
        const { level, round } = looked(bytes, curve);
        return request.level === level && request.round === round && Buffer.compare(request.bytes, bytes) === 0;
      } catch (error) {
        if (!(error instanceof FormError)) throw error;
        return true;
      }
    }),
    { numRuns: 5000, seed: 1 },
  );
  expect(understood).toBeGreaterThan(1000);
});

const preattestation = vectors.find(({ kind, curves }) => kind === 'preattestation' && curves.length > 1) as Vector;
const slotless = vectors.find(({ kind, curves }) => kind === 'preattestation' && curves[0] === 'tz4') as Vector;
const block = vectors[0];

test.each<[string, () => unknown]>([
  ['of another chain', () => readRequest(bytesOf(block), keyOf('tz1'), Uint8Array.of(1, 2, 3, 4), withRounds)],
  [
    'of another kind of protocol',
    () => readRequest(bytesOf(block), keyOf('tz1'), chainOf(bytesOf(block)), withPriorities),
  ],
  ['with a slot, for a tz4 key', () => read(preattestation, 'tz4')],
  ['without a slot, for a tz1 key', () => read(slotless, 'tz1')],
  ['for a transfer', () => read(block, 'tz1', Uint8Array.of(3, ...bytesOf(block).slice(1)))],
  ['for nothing', () => read(block, 'tz1', new Uint8Array())],
  ['for a block whose fitness is of another level', () => read(block, 'tz1', withByte(block, 99, 1))],
  ['for a block whose fitness has another version', () => read(block, 'tz1', withByte(block, 91, 1))],
  ['for a preattestation sent as an attestation', () => read(preattestation, 'tz1', withByte(preattestation, 0, 0x13))],
])('a request %s is refused', (_, ask) => {
  expect(ask).toThrow(FormError);
});

test('a companion key signs attestations and nothing else', () => {
  const companion = keyOf('tz4', 'companion');
  for (const vector of vectors.filter(({ curves, bytes }) => curves.includes('tz4') && bytes.startsWith('1'))) {
    const ask = () => readRequest(bytesOf(vector), companion, chainOf(bytesOf(vector)), withRounds);
    if (vector.kind === 'attestation') expect(ask().kind).toBe('attestation');
    else expect(ask).toThrow('a companion key signs attestations alone');
  }
});

test('every protocol that a release knows says what its bakers sign', () => {
  for (const { number, magicBytes, voteTags } of protocols) {
    const tags = Object.values(voteTags).flatMap((each) => Object.values(each).flat());
    expect({ number, isEmpty: tags.length === 0 || magicBytes.length === 0 }).toEqual({ number, isEmpty: false });
  }
});

function withByte(vector: Vector, at: number, value: number): Uint8Array {
  const bytes = bytesOf(vector);
  bytes[at] = value;
  return bytes;
}
