/** Writes operations as Octez does, by code that shares nothing with the program that reads them. */

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** A content as an RPC shows it. */
export type RpcContent = Readonly<Record<string, string>>;

export interface Unforged {
  readonly branch: string;
  readonly contents: readonly RpcContent[];
}

const curves: Readonly<Record<string, string>> = {
  tz1: '00',
  tz2: '01',
  tz3: '02',
  tz4: '03',
  edpk: '00',
  sppk: '01',
  p2pk: '02',
  BLpk: '03',
};

const keyBytes: Readonly<Record<string, number>> = { edpk: 32, sppk: 33, p2pk: 33, BLpk: 48 };

/** Unsigned bytes as hexadecimal digits, without 0x03. `proofByte`: since 023 a reveal has it. */
export function forge({ branch, contents }: Unforged, proofByte = false): string {
  return payload(branch, 32) + contents.map((each) => content(each, proofByte)).join('');
}

export function natural(value: string | bigint): string {
  let left = BigInt(value);
  let hex = '';
  do {
    const low = left & 0x7fn;
    left >>= 7n;
    hex += (low | (left > 0n ? 0x80n : 0n)).toString(16).padStart(2, '0');
  } while (left > 0n);
  return hex;
}

function content(json: RpcContent, proofByte: boolean): string {
  const manager =
    account(json.source) + ['fee', 'counter', 'gas_limit', 'storage_limit'].map((name) => natural(json[name])).join('');
  if (json.kind === 'reveal') {
    const kind = json.public_key.slice(0, 4);
    const key = curves[kind] + payload(json.public_key, keyBytes[kind]);
    return `6b${manager}${key}${json.proof ? `ff00000060${payload(json.proof, 96)}` : proofByte ? '00' : ''}`;
  }
  return `6c${manager}${natural(json.amount)}${destination(json.destination)}00`;
}

function account(address: string): string {
  return curves[address.slice(0, 3)] + payload(address, 20);
}

function destination(address: string): string {
  return address.startsWith('KT1') ? `01${payload(address, 20)}00` : `00${account(address)}`;
}

/** What stands between the prefix and the checksum. */
function payload(text: string, bytes: number): string {
  const number = [...text].reduce((sum, letter) => sum * 58n + BigInt(ALPHABET.indexOf(letter)), 0n);
  const hex = number.toString(16);
  return hex
    .slice(0, -8)
    .slice(-2 * bytes)
    .padStart(2 * bytes, '0');
}
