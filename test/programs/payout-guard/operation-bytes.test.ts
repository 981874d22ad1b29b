import fc from 'fast-check';
import { encode, encodings } from '../../../model/tezos/base58check';
import { bytesToSign, KindRefused, readOperation, unsignedForm } from '../../../programs/payout-guard/operation-bytes';
import { forged } from '../../../programs/payout-guard/rpc-operation';
import { FormError } from '../../../programs/runtime/binary-form';
import { forge, natural, type RpcContent, type Unforged } from './octez-forger';
import vectors from './operation-vectors.json';

const payload = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes });
const text = (name: keyof typeof encodings) =>
  payload(encodings[name].payloadBytes).map((bytes) => encode(bytes, encodings[name]));
const account = fc.oneof(text('tz1'), text('tz2'), text('tz3'), text('tz4'));
const key = fc.oneof(text('edpk'), text('sppk'), text('p2pk'), text('BLpk'));
const mutez = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String);
const number = fc.bigInt({ min: 0n, max: 2n ** 70n - 1n }).map(String);
const manager = { source: account, fee: mutez, counter: number, gas_limit: number, storage_limit: number };
const transaction = fc.record({
  kind: fc.constant('transaction'),
  ...manager,
  amount: mutez,
  destination: fc.oneof(account, text('KT1')),
});
const reveal = fc.record({ kind: fc.constant('reveal'), ...manager, public_key: key });
const proof = payload(96).map((bytes) => encode(bytes, { ...encodings.BLpk, prefix: [40, 171, 64, 207] }));
const provenReveal = fc.record({ kind: fc.constant('reveal'), ...manager, public_key: text('BLpk'), proof });
const operation: fc.Arbitrary<Unforged> = fc.record({
  branch: text('blockHash'),
  contents: fc.array(fc.oneof(transaction, reveal, provenReveal), { minLength: 1, maxLength: 6 }),
});

const bytesOf = (hex: string) => Buffer.from(`03${hex}`, 'hex');

/** As an RPC would show what was read. */
function shown({ branch, contents }: ReturnType<typeof readOperation>): Unforged {
  return {
    branch,
    contents: contents.map((each): RpcContent => {
      const { source, fee, counter, gasLimit, storageLimit } = each;
      const shared = { source, fee: String(fee), counter: String(counter), gas_limit: String(gasLimit) };
      const own: RpcContent =
        each.kind === 'transaction'
          ? { amount: String(each.amount), destination: each.destination }
          : { public_key: each.publicKey, ...(each.proof && { proof: each.proof }) };
      return { kind: each.kind, ...shared, storage_limit: String(storageLimit), ...own };
    }),
  };
}

test('what Octez writes is read as what it is, and written again byte for byte', () => {
  fc.assert(
    fc.property(operation, fc.boolean(), (unforged, proofByte) => {
      const bytes = bytesOf(forge(unforged, proofByte));
      const read = readOperation(bytes);
      expect(shown(read)).toEqual(unforged);
      expect(Buffer.from(bytesToSign(read))).toEqual(bytes);
    }),
  );
});

test('an operation in a block is known by the bytes that were signed, whatever its protocol writes behind a reveal', () => {
  fc.assert(
    fc.property(operation, fc.boolean(), (unforged, proofByte) => {
      const read = readOperation(bytesOf(forge(unforged, proofByte)));
      expect(forged(unforged)).toBe(unsignedForm(read));
      expect(unsignedForm(read)).toBe(forge(unforged));
    }),
  );
});

test('no two texts are read as one operation: what is read from any bytes is just these bytes', () => {
  const change = fc.record({ at: fc.nat(), to: fc.nat(255), length: fc.nat(3), add: fc.uint8Array({ maxLength: 3 }) });
  fc.assert(
    fc.property(operation, fc.boolean(), change, (unforged, proofByte, { at, to, length, add }) => {
      const bytes = [...bytesOf(forge(unforged, proofByte))];
      bytes.splice(at % bytes.length, length, ...(length > 0 ? [to, ...add] : add));
      const changed = Uint8Array.from(bytes);
      let read: ReturnType<typeof readOperation>;
      try {
        read = readOperation(changed);
      } catch (error) {
        expect(error).toBeInstanceOf(FormError);
        return;
      }
      const again = [
        forge(shown(read)),
        forge(shown(read), true),
        Buffer.from(bytesToSign(read)).toString('hex').slice(2),
      ];
      expect(again).toContain(Buffer.from(changed).toString('hex').slice(2));
    }),
    { numRuns: 500 },
  );
});

const plain: Unforged = {
  branch: encode(new Uint8Array(32).fill(7), encodings.blockHash),
  contents: [
    {
      kind: 'transaction',
      source: encode(new Uint8Array(20).fill(1), encodings.tz3),
      fee: '0',
      counter: '0',
      gas_limit: '0',
      storage_limit: '0',
      amount: '0',
      destination: encode(new Uint8Array(20).fill(2), encodings.tz1),
    },
  ],
};

test.each(['fee', 'counter', 'gas_limit', 'storage_limit', 'amount'])(
  '%s in more bytes than it needs is refused',
  (name) => {
    const [content] = plain.contents;
    for (const value of ['0', '1', '127', '128', '99999999']) {
      const marked = { ...plain, contents: [{ ...content, [name]: value }] };
      const short = natural(value);
      const last = (Number.parseInt(short.slice(-2), 16) | 0x80).toString(16).padStart(2, '0');
      const long = `${short.slice(0, -2)}${last}00`;
      // All other numbers are 0, and so take a byte each: the place of this one is known.
      const order = ['fee', 'counter', 'gas_limit', 'storage_limit', 'amount'];
      const at = 2 * (32 + 1 + 21 + order.indexOf(name));
      const hex = forge(marked);
      expect(hex.slice(at, at + short.length)).toBe(short);
      expect(() => readOperation(bytesOf(hex))).not.toThrow();
      expect(() => readOperation(bytesOf(hex.slice(0, at) + long + hex.slice(at + short.length)))).toThrow(FormError);
    }
  },
);

test('more mutez than there can be are refused', () => {
  const [content] = plain.contents;
  for (const name of ['fee', 'amount']) {
    const most = { ...plain, contents: [{ ...content, [name]: String(2n ** 63n - 1n) }] };
    expect(() => readOperation(bytesOf(forge(most)))).not.toThrow();
    const more = { ...plain, contents: [{ ...content, [name]: String(2n ** 63n) }] };
    expect(() => readOperation(bytesOf(forge(more)))).toThrow(FormError);
  }
});

test('nothing but reveals and plain transfers to accounts and contracts is read', () => {
  const hex = forge(plain);
  for (let tag = 0; tag < 256; tag++) {
    if (tag === 107 || tag === 108) continue;
    const other = `${hex.slice(0, 64)}${tag.toString(16).padStart(2, '0')}${hex.slice(66)}`;
    expect(() => readOperation(bytesOf(other))).toThrow(KindRefused);
  }
  // The entrypoint `default` and Unit: a plain transfer written at length.
  const parameters = `${hex.slice(0, -2)}ff0000000002030b`;
  expect(() => readOperation(bytesOf(parameters))).toThrow('a transaction with parameters');
  const toRollup = `${hex.slice(0, -46)}03${hex.slice(-42, -2)}0000`;
  expect(() => readOperation(bytesOf(toRollup))).toThrow('a destination of tag 3');
});

test.each([
  ['nothing', ''],
  ['another first byte', `11${forge(plain)}`],
  ['no contents', `03${forge(plain).slice(0, 64)}`],
  ['a part of a content', `03${forge(plain).slice(0, -2)}`],
  ['a byte too many', `03${forge(plain)}00`],
  ['more than Octez takes', `03${forge({ ...plain, contents: Array(900).fill(plain.contents[0]) })}`],
])('refused: %s', (_, hex) => {
  expect(() => readOperation(Buffer.from(hex, 'hex'))).toThrow(FormError);
});

test('an operation in a block that we never sign is none of ours', () => {
  const [content] = plain.contents;
  const parameters = { entrypoint: 'default', value: { prim: 'Unit' } };
  expect(forged({ ...plain, contents: [{ ...content, parameters }] })).toBeUndefined();
  expect(forged({ ...plain, contents: [{ ...content, kind: 'delegation' }] })).toBeUndefined();
  expect(forged({ ...plain, contents: [{ ...content, fee: 5 }] })).toBeUndefined();
});

test.each(vectors.map((each) => [each.name, each] as const))(
  'as pytezos forges it: %s',
  (_, { bytes, operation: json }) => {
    const read = readOperation(bytesOf(bytes));
    expect(shown(read)).toEqual(json);
    expect(Buffer.from(bytesToSign(read))).toEqual(bytesOf(bytes));
    expect(forged(json as unknown as Unforged)).toBe(unsignedForm(read));
  },
);
