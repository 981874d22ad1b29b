/**
 * A text that grows by a million short pieces, kept as bytes: a string of so many pieces is a tree of them, and collecting
 * these trees takes longer than making the site.
 */
export class GrowingText {
  private bytes: Buffer;
  private length = 0;

  /** `bytes`: how many there is room for at first. */
  constructor(bytes = 64 * 1024) {
    this.bytes = Buffer.allocUnsafe(bytes);
  }

  get size(): number {
    return this.length;
  }

  add(text: string): void {
    this.grow(3 * text.length); // UTF-8
    this.length += this.bytes.write(text, this.length);
  }

  append(bytes: Uint8Array): void {
    this.grow(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** So that there is room for as many bytes more. */
  private grow(bytes: number): void {
    const most = this.length + bytes;
    if (most <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * most);
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }

  /** All of it, to be used before the next piece is added; from then on it is empty. */
  take(): Buffer {
    const all = this.bytes.subarray(0, this.length);
    this.length = 0;
    return all;
  }
}
