import { once } from 'node:events';
import { closeSync, openSync, readSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** So much goes to the disk at once. */
const SEGMENT_BYTES = 4 * 1024 * 1024;
/** So many segments may wait for the disk: all together they stay small. */
const MOST_UNDER_WAY = 4;

/** What the other thread does with a segment. A text, because the program is one file, and this needs nothing of it. */
const WRITER = `'use strict';
const { hash } = require('node:crypto');
const { writeSync } = require('node:fs');
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ file, at, bytes, ends }) => {
  let length = 0;
  const md5s = ends.map((end) => {
    const piece = bytes.subarray(length, end);
    length = end;
    return hash('md5', piece, 'base64');
  });
  for (let done = 0; done < length; ) done += writeSync(file, bytes, done, length - done, at + done);
  parentPort.postMessage({ md5s, bytes }, [bytes.buffer]);
});
`;

/** Gets the MD5 of a piece, in base64. */
type Told = (md5: string) => void;

interface Segment {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each piece ends. */
  readonly ends: number[];
  readonly told: Told[];
}

/**
 * One file of many pieces, one after the other: to open thousands of files takes longer than to write them. Another thread
 * hashes and writes them while this one makes the next.
 */
export class SitePack {
  private readonly file: number;
  private writer: Worker | undefined;
  private failure: Error | undefined;
  private readonly underWay: (readonly Told[])[] = [];
  /** Segments that have been written: new memory for each would be collected as slowly as it is filled. */
  private readonly spare: Uint8Array<ArrayBuffer>[] = [];
  private segment = segmentIn(new Uint8Array(SEGMENT_BYTES));
  /** Where the segment begins in the file, and how much of it is filled. */
  private at = 0;
  private length = 0;

  constructor(path: string) {
    this.file = openSync(path, 'w+');
  }

  /** How many bytes it has. */
  get size(): number {
    return this.at + this.length;
  }

  /** Adds a piece. `told` hears of it once it is on the disk, and before `whole` ends. */
  add(piece: Uint8Array, told: Told): void {
    if (this.length + piece.length > this.segment.bytes.length) this.send(piece.length);
    this.segment.bytes.set(piece, this.length);
    this.length += piece.length;
    this.segment.ends.push(this.length);
    this.segment.told.push(told);
  }

  /** When there is memory for more. Throws if the disk takes no more. */
  room(): Promise<void> {
    return this.settled(MOST_UNDER_WAY);
  }

  /** When all is on the disk. Throws if it takes no more. */
  whole(): Promise<void> {
    this.send(0);
    return this.settled(0);
  }

  /** So many bytes from there on. Only of what is whole. */
  read(at: number, bytes: number): Buffer {
    const body = Buffer.allocUnsafe(bytes);
    if (readSync(this.file, body, 0, bytes, at) !== bytes) throw new Error('the site is cut off on the disk');
    return body;
  }

  async close(): Promise<void> {
    await this.writer?.terminate();
    closeSync(this.file);
  }

  /** Gives away what is there, and begins another segment with room for so many bytes. */
  private send(room: number): void {
    const { bytes, ends, told } = this.segment;
    if (ends.length > 0) {
      this.underWay.push(told);
      this.writer ??= this.started();
      this.writer.postMessage({ file: this.file, at: this.at, bytes, ends }, [bytes.buffer]);
      this.at += this.length;
      this.length = 0;
    }
    const next = room > SEGMENT_BYTES ? undefined : this.spare.pop();
    this.segment = segmentIn(next ?? new Uint8Array(Math.max(room, SEGMENT_BYTES)));
  }

  private started(): Worker {
    const writer = new Worker(WRITER, { eval: true, execArgv: [] });
    writer.on('message', ({ md5s, bytes }: { md5s: readonly string[]; bytes: Uint8Array<ArrayBuffer> }) => {
      const told = this.underWay.shift() ?? [];
      for (const [i, md5] of md5s.entries()) told[i](md5);
      if (bytes.length === SEGMENT_BYTES) this.spare.push(bytes);
    });
    writer.on('error', (error) => {
      this.failure = error;
    });
    return writer;
  }

  /** When no more than so many segments are under way. */
  private async settled(most: number): Promise<void> {
    while (this.writer && this.underWay.length > most) {
      if (this.failure) throw this.failure;
      await once(this.writer, 'message'); // it throws what the thread throws
    }
  }
}

const segmentIn = (bytes: Uint8Array<ArrayBuffer>): Segment => ({ bytes, ends: [], told: [] });
