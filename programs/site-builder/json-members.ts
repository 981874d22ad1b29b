import { GrowingText } from './growing-text';

const spaces: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0d]);
const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * Members of the object that is called `name` in a JSON document, one after the other, as the document comes in: it may
 * be larger than memory, and each member is parsed by itself. Members beside `name` are passed over. Throws for whatever
 * is no JSON, for a document that ends too early, a member that comes twice or has more than `mostBytes`.
 */
export async function* jsonMembers(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  mostBytes: number,
): AsyncGenerator<[string, unknown]> {
  const scanner = new JsonScanner(chunks);
  let isFound = false;
  for await (const member of scanner.members()) {
    if (member !== name) {
      await scanner.value(Number.POSITIVE_INFINITY, false);
      continue;
    }
    if (isFound) throw new Error(`${name} stands there twice`);
    isFound = true;
    for await (const key of scanner.members()) yield [key, JSON.parse(await scanner.value(mostBytes, true))];
  }
  if (!isFound) throw new Error(`there is no ${name}`);
  if ((await scanner.peek()) !== undefined) throw new Error('something stands behind the document');
}

interface ValueState {
  /** Brackets that are open. */
  depth: number;
  isInText: boolean;
  /** The last byte was a backslash. */
  isEscaped: boolean;
}

/** Finds where values begin and end; what is between is for JSON.parse to judge. */
class JsonScanner {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private chunk: Uint8Array = new Uint8Array(0);
  private at = 0;
  /** Where the next quote and the next backslash of the chunk are, or its end; below `at` if nobody has looked yet. */
  private quote = -1;
  private backslash = -1;
  /** Of one value after the other. */
  private readonly kept = new GrowingText();

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.chunks = chunks[Symbol.asyncIterator]();
  }

  /** Keys of an object. Whoever takes one must take its value before the next. */
  async *members(): AsyncGenerator<string> {
    await this.take(OPEN_OBJECT);
    const seen = new Set<string>();
    if ((await this.peek()) === CLOSE_OBJECT) this.at++;
    else {
      for (let next = COMMA; next === COMMA; next = await this.delimiter()) {
        if ((await this.peek()) !== QUOTE) throw new Error('a key was expected');
        const key = JSON.parse(await this.value(1000, true)) as string;
        if (seen.has(key)) throw new Error(`${key} stands there twice`);
        seen.add(key);
        await this.take(COLON);
        yield key;
      }
    }
  }

  /** The next value's text; '' if it is not kept. */
  async value(mostBytes: number, isKept: boolean): Promise<string> {
    if ((await this.peek()) === undefined) throw new Error('the document ends too early');
    const state: ValueState = { depth: 0, isInText: false, isEscaped: false };
    for (let length = 0, isOver = false; !isOver; ) {
      const from = this.at;
      isOver = this.pass(state);
      length += this.at - from;
      if (length > mostBytes) throw new Error(`a value has more than ${mostBytes} bytes`);
      if (isKept) this.kept.append(this.chunk.subarray(from, this.at));
      if (!isOver && !(await this.fill())) {
        if (state.depth > 0 || state.isInText) throw new Error('the document ends too early');
        isOver = true;
      }
    }
    return this.kept.take().toString('utf8');
  }

  /** Goes on to the end of the value, or of the chunk; whether the value is over. */
  private pass(state: ValueState): boolean {
    const { chunk } = this;
    while (this.at < chunk.length) {
      if (state.isInText) {
        this.passText(state);
        if (!state.isInText && state.depth === 0) return true;
        continue;
      }
      const byte = chunk[this.at];
      const isClosing = byte === CLOSE_OBJECT || byte === CLOSE_LIST;
      // A number or a word ends where something else begins, which is not its own.
      if (state.depth === 0 && (isClosing || byte === COMMA || spaces.has(byte))) return true;
      this.at++;
      if (byte === QUOTE) state.isInText = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) state.depth++;
      else if (isClosing && --state.depth === 0) return true;
    }
    return false;
  }

  /** Goes on to the end of a text, or of the chunk, or behind a backslash. Most of a document is texts without one. */
  private passText(state: ValueState): void {
    if (state.isEscaped) {
      state.isEscaped = false;
      this.at++;
      return;
    }
    if (this.backslash < this.at) this.backslash = this.find(BACKSLASH);
    if (this.quote < this.at) this.quote = this.find(QUOTE);
    if (this.backslash < this.quote) {
      state.isEscaped = true;
      this.at = this.backslash + 1;
      return;
    }
    state.isInText = this.quote === this.chunk.length;
    this.at = state.isInText ? this.quote : this.quote + 1;
  }

  /** Where the next such byte is; the chunk's end if there is none. */
  private find(byte: number): number {
    const at = this.chunk.indexOf(byte, this.at);
    return at < 0 ? this.chunk.length : at;
  }

  /** The next byte that is no space, which stays where it is; undefined at the end. */
  async peek(): Promise<number | undefined> {
    for (;;) {
      while (spaces.has(this.chunk[this.at])) this.at++;
      if (this.at < this.chunk.length) return this.chunk[this.at];
      if (!(await this.fill())) return undefined;
    }
  }

  /** Behind a member: whether another follows. */
  private async delimiter(): Promise<number> {
    const next = await this.peek();
    if (next === undefined) throw new Error('the document ends too early');
    if (next !== COMMA && next !== CLOSE_OBJECT) throw new Error('a comma or the end of an object was expected');
    this.at++;
    return next;
  }

  private async take(byte: number): Promise<void> {
    const next = await this.peek();
    if (next === undefined) throw new Error('the document ends too early');
    if (next !== byte) throw new Error(`${String.fromCharCode(byte)} was expected`);
    this.at++;
  }

  private async fill(): Promise<boolean> {
    const { value, done } = await this.chunks.next();
    if (done) return false;
    this.chunk = value;
    this.at = 0;
    this.quote = -1;
    this.backslash = -1;
    return true;
  }
}
