/**
 * Binary forms, read and written by one description: what was read can be written again, and a text that is not
 * exactly what would be written is not that form. Numbers are big-endian, as in Tezos' data encoding.
 */

/** How a value lies in bytes. Both ways throw FormError. */
export interface Form<T> {
  read(reader: Reader): T;
  write(value: T, writer: Writer): void;
}

/** The bytes are not of that form. */
export class FormError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FormError';
  }
}

/** Takes bytes from the front. */
export class Reader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get left(): number {
    return this.bytes.length - this.at;
  }

  take(length: number): Uint8Array {
    if (length < 0 || length > this.left) throw new FormError(`${length} bytes wanted, ${this.left} left`);
    this.at += length;
    return this.bytes.slice(this.at - length, this.at);
  }

  /** The next byte, which stays where it is; undefined at the end. */
  get next(): number | undefined {
    return this.bytes[this.at];
  }
}

/** Collects bytes. */
export class Writer {
  private readonly parts: Uint8Array[] = [];

  put(bytes: Uint8Array): void {
    this.parts.push(bytes);
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(Buffer.concat(this.parts));
  }
}

/** Exactly so many bytes. */
export function fixed(length: number): Form<Uint8Array> {
  return {
    read: (reader) => reader.take(length),
    write: (value, writer) => {
      if (value.length !== length) throw new FormError(`${value.length} bytes where ${length} belong`);
      writer.put(value);
    },
  };
}

/** One byte, as a number. */
export const byte: Form<number> = {
  read: (reader) => reader.take(1)[0],
  write: (value, writer) => writer.put(Uint8Array.of(value)),
};

/** Four bytes with a sign. */
export const int32: Form<number> = {
  read: (reader) => view(reader.take(4)).getInt32(0),
  write: (value, writer) => {
    const bytes = new Uint8Array(4);
    view(bytes).setInt32(0, value);
    writer.put(bytes);
  },
};

/** A level or a round: four bytes, never below 0. */
export const count: Form<number> = {
  read: (reader) => {
    const value = int32.read(reader);
    if (value < 0) throw new FormError(`${value} is below 0`);
    return value;
  },
  write: int32.write,
};

/** A byte that says whether something follows: 255, or 0. */
export function optional<T>(form: Form<T>): Form<T | undefined> {
  return {
    read: (reader) => {
      const [flag] = reader.take(1);
      if (flag !== 0 && flag !== 255) throw new FormError(`${flag} says neither that something follows nor that not`);
      return flag === 255 ? form.read(reader) : undefined;
    },
    write: (value, writer) => {
      writer.put(Uint8Array.of(value === undefined ? 0 : 255));
      if (value !== undefined) form.write(value, writer);
    },
  };
}

/** A length of four bytes, and so many bytes that are wholly of the form. */
export function sized<T>(form: Form<T>): Form<T> {
  return {
    read: (reader) => readWhole(form, reader.take(count.read(reader))),
    write: (value, writer) => {
      const bytes = written(form, value);
      count.write(bytes.length, writer);
      writer.put(bytes);
    },
  };
}

/** A number of any size, the lowest bits first, in as few bytes as can be; the highest bit of each says that more follow. */
export function anyNumber(mostBytes: number): Form<Uint8Array> {
  return {
    read: (reader) => {
      const bytes: number[] = [];
      do {
        if (bytes.length === mostBytes) throw new FormError(`a number of more than ${mostBytes} bytes`);
        bytes.push(reader.take(1)[0]);
      } while (bytes[bytes.length - 1] & 0x80);
      if (bytes.length > 1 && bytes[bytes.length - 1] === 0) throw new FormError('a number with a zero too many');
      return Uint8Array.from(bytes);
    },
    write: (value, writer) => writer.put(value),
  };
}

/** Named parts, one after the other. */
export function parts<T extends object>(forms: { readonly [K in keyof T]: Form<T[K]> }): Form<T> {
  const names = Object.keys(forms) as (keyof T)[];
  return {
    read: (reader) => Object.fromEntries(names.map((name) => [name, forms[name].read(reader)])) as T,
    write: (value, writer) => {
      for (const name of names) forms[name].write(value[name], writer);
    },
  };
}

/** All of these bytes, as one value; they must be just what `written` makes of it. */
export function readWhole<T>(form: Form<T>, bytes: Uint8Array): T {
  const reader = new Reader(bytes);
  const value = form.read(reader);
  if (reader.left > 0) throw new FormError(`${reader.left} bytes too many`);
  return value;
}

export function written<T>(form: Form<T>, value: T): Uint8Array {
  const writer = new Writer();
  form.write(value, writer);
  return writer.bytes;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
