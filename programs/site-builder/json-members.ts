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

/** Finds where values begin and end; what is between is for JSON.parse to judge. */
class JsonScanner {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private chunk: Uint8Array = new Uint8Array(0);
  private at = 0;

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
    const parts: Uint8Array[] = [];
    const state = { depth: 0, isInText: false, isEscaped: false };
    for (let length = 0, isOver = false; !isOver; ) {
      const from = this.at;
      isOver = this.pass(state);
      length += this.at - from;
      if (length > mostBytes) throw new Error(`a value has more than ${mostBytes} bytes`);
      if (isKept) parts.push(this.chunk.subarray(from, this.at));
      if (!isOver && !(await this.fill())) {
        if (state.depth > 0 || state.isInText) throw new Error('the document ends too early');
        isOver = true;
      }
    }
    return Buffer.concat(parts).toString('utf8');
  }

  /** Goes on to the end of the value, or of the chunk; whether the value is over. */
  private pass(state: { depth: number; isInText: boolean; isEscaped: boolean }): boolean {
    const { chunk } = this;
    while (this.at < chunk.length) {
      const byte = chunk[this.at];
      if (state.isInText) {
        this.at++;
        if (state.isEscaped) state.isEscaped = false;
        else if (byte === BACKSLASH) state.isEscaped = true;
        else if (byte === QUOTE) {
          state.isInText = false;
          if (state.depth === 0) return true;
        }
        continue;
      }
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
    return true;
  }
}
