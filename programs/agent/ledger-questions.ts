import type { LedgerKey } from './ledger-url';
import { Unfit } from './unfit';

/** What a Ledger with the baking app open says of itself. */
export interface LedgerSight {
  /** Of the baking app: `2.5.0`. */
  readonly version: string;
  /** The one key that it bakes with. */
  readonly authorised: LedgerKey | undefined;
  readonly marks: LedgerMarks;
}

/** Highest level and round that it has signed: of the chain that it was set up for, and of all others. */
export interface LedgerMarks {
  /** 0 if it was set up for none: then every chain counts as this one. */
  readonly chain: number;
  readonly main: LedgerMark;
  readonly others: LedgerMark;
}

export interface LedgerMark {
  readonly level: number;
  readonly round: number;
}

/** Sends a command; answers what comes back, with the status word. */
export type Exchange = (command: Uint8Array) => Promise<Buffer>;

/**
 * Commands that read, ask nobody to press a button, and change nothing (ledger-app-tezos-baking, doc/apdu.md): no
 * program may send another one while octez-signer does not hold the device.
 */
const commands = {
  /** Of every app, and of the dashboard. */
  app: [0xb0, 0x01],
  version: [0x80, 0x00],
  authorised: [0x80, 0x0d],
  marks: [0x80, 0x0b],
} as const;

const APP = 'Tezos Baking';
const BAKING_CLASS = 1;
const DONE = 0x9000;
const NO_KEY = 0x6a88;
const locked: readonly number[] = [0x5515, 0x6982, 0x5303, 0x6804];
const notThisApp: readonly number[] = [0x6d00, 0x6e00, 0x6e01, 0x6511];

/** Asks one thing after the other. Throws Unfit, or what `exchange` throws. */
export async function lookAt(exchange: Exchange): Promise<LedgerSight> {
  const app = await asked(exchange, commands.app);
  const name = app.subarray(2, 2 + (app[1] ?? 0)).toString('latin1');
  if (app[0] !== 1) throw new Unfit('trouble', `of its app it says ${app.toString('hex')}`);
  if (name !== APP) throw new Unfit('wrong app', name);
  const version = await asked(exchange, commands.version);
  if (version.length !== 4) throw new Unfit('trouble', `of its version it says ${version.toString('hex')}`);
  if (version[0] !== BAKING_CLASS) throw new Unfit('wrong app', 'it is not for baking');
  return {
    version: [...version.subarray(1)].join('.'),
    authorised: keyIn(await asked(exchange, commands.authorised, NO_KEY)),
    marks: marksIn(await asked(exchange, commands.marks)),
  };
}

/** What it answers, without the status word; nothing where it says `none`. */
async function asked(exchange: Exchange, [cla, ins]: readonly [number, number], none?: number): Promise<Buffer> {
  const answer = await exchange(Uint8Array.of(cla, ins, 0, 0, 0));
  if (answer.length < 2) throw new Unfit('trouble', 'an answer without a status word');
  const word = answer.readUInt16BE(answer.length - 2);
  if (word === none) return Buffer.alloc(0);
  if (word === DONE) return answer.subarray(0, -2);
  if (locked.includes(word)) throw new Unfit('locked');
  if (notThisApp.includes(word)) throw new Unfit('wrong app');
  throw new Unfit('trouble', `status word 0x${word.toString(16)}`);
}

function keyIn(data: Buffer): LedgerKey | undefined {
  if (data.length === 0) return undefined;
  const [curve, count] = data;
  if (data.length !== 2 + 4 * count) throw new Unfit('trouble', `of its key it says ${data.toString('hex')}`);
  return { curve, path: Array.from({ length: count }, (_, i) => data.readUInt32BE(2 + 4 * i)) };
}

function marksIn(data: Buffer): LedgerMarks {
  if (data.length !== 20) throw new Unfit('trouble', `of its marks it says ${data.toString('hex')}`);
  const mark = (at: number) => ({ level: data.readUInt32BE(at), round: data.readUInt32BE(at + 4) });
  return { main: mark(0), others: mark(8), chain: data.readUInt32BE(16) };
}
