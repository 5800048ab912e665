/**
 * JSON as it is sent, put together byte by byte.
 *
 * Answers are text that nobody here reads again, so they are never strings: joining strings makes a heap of small objects per answer, which are then
 * flattened, searched for what needs escaping, and encoded. Here most characters of an answer go from a string into the buffer by one loop that looks
 * for such characters on the way; what has any, or is long, is left to V8. A part that stands in an answer more than once is copied as bytes.
 */
export class AnswerBytes {
  readonly #mostBytes: number;
  #bytes = Buffer.allocUnsafeSlow(firstBytes);
  /** How much is written; setting it back takes back what was written after. */
  length = 0;

  constructor(mostBytes = Number.POSITIVE_INFINITY) {
    this.#mostBytes = mostBytes;
  }

  /** Bytes that are JSON already. */
  raw(json: Uint8Array): void {
    const { length } = json;
    if (this.length + length > this.#bytes.length) this.#grow(length);
    const bytes = this.#bytes;
    let at = this.length;
    if (length > shortLength) bytes.set(json, at);
    else for (let index = 0; index < length; index += 1) bytes[at + index] = json[index] as number;
    at += length;
    this.length = at;
  }

  byte(code: number): void {
    if (this.length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.length] = code;
    this.length += 1;
  }

  string(text: string): void {
    const { length } = text;
    if (length > shortLength) {
      this.#longString(text);
      return;
    }
    if (this.length + length + 2 > this.#bytes.length) this.#grow(length + 2);
    const bytes = this.#bytes;
    let at = this.length;
    bytes[at] = quote;
    at += 1;
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      // Control characters, quotes and backslashes are escaped (RFC 8259 §7), and what is beyond ASCII has more bytes than one.
      if (code < 0x20 || code > 0x7e || code === quote || code === backslash) {
        this.text(JSON.stringify(text));
        return;
      }
      bytes[at] = code;
      at += 1;
    }
    bytes[at] = quote;
    this.length = at + 1;
  }

  number(value: number): void {
    // The digits of a small whole number, from the last on.
    if (value >= 0 && value < 1e9 && Math.trunc(value) === value) this.#digits(value);
    else this.#ascii(String(value));
  }

  /** JSON that V8 made. */
  text(json: string): void {
    // A long text, and one at the end of what there may be, is measured before it is taken for three times as long.
    const three = json.length * 3;
    const isClose = json.length > givenBytes || this.length + three > this.#mostBytes;
    const most = isClose ? Buffer.byteLength(json) : three;
    if (this.length + most > this.#bytes.length) this.#grow(most);
    this.length += this.#bytes.write(json, this.length, 'utf8');
  }

  #ascii(text: string): void {
    const { length } = text;
    if (this.length + length > this.#bytes.length) this.#grow(length);
    const bytes = this.#bytes;
    for (let index = 0; index < length; index += 1) bytes[this.length + index] = text.charCodeAt(index);
    this.length += length;
  }

  /** Writes again what was written before. */
  again(from: number, to: number): void {
    const length = to - from;
    if (this.length + length > this.#bytes.length) this.#grow(length);
    this.#bytes.copyWithin(this.length, from, to);
    this.length += length;
  }

  /** What was written, in bytes of its own. */
  taken(): Buffer {
    const written = this.#bytes.subarray(0, this.length);
    this.length = 0;
    if (written.length < givenBytes) return Buffer.from(written);
    // A large one is given away with its buffer: there is nothing to copy, and it holds no memory for ever.
    this.#bytes = Buffer.allocUnsafeSlow(firstBytes);
    return written;
  }

  /** Forgets what was written, and the memory it took. */
  dropped(): void {
    this.length = 0;
    this.#bytes = Buffer.allocUnsafeSlow(firstBytes);
  }

  #longString(text: string): void {
    const { length } = text;
    if (needsCare.test(text)) {
      this.text(JSON.stringify(text));
      return;
    }
    if (this.length + length + 2 > this.#bytes.length) this.#grow(length + 2);
    this.#bytes[this.length] = quote;
    this.#bytes.write(text, this.length + 1, length, 'latin1');
    this.length += length + 2;
    this.#bytes[this.length - 1] = quote;
  }

  #digits(value: number): void {
    let digits = 1;
    for (let bound = 10; value >= bound; bound *= 10) digits += 1;
    if (this.length + digits > this.#bytes.length) this.#grow(digits);
    const bytes = this.#bytes;
    let rest = value | 0;
    for (let at = this.length + digits - 1; at >= this.length; at -= 1) {
      const next = (rest / 10) | 0;
      bytes[at] = zero + rest - next * 10;
      rest = next;
    }
    this.length += digits;
  }

  /** @throws AnswerTooLarge, which leaves what was written to whoever catches it. */
  #grow(neededBytes: number): void {
    if (this.length + neededBytes > this.#mostBytes) throw new AnswerTooLarge();
    const wanted = Math.max(this.#bytes.length * 4, this.length + neededBytes);
    const grown = Buffer.allocUnsafeSlow(Math.min(wanted, this.#mostBytes));
    this.#bytes.copy(grown, 0, 0, this.length);
    this.#bytes = grown;
  }
}

/** More was to be written than an answer may have. */
export class AnswerTooLarge extends Error {}

const firstBytes = 256 * 1024;
const givenBytes = 2 * 1024 * 1024;
/** From here on a call into V8 costs less than a loop. */
const shortLength = 64;
const quote = 0x22;
const backslash = 0x5c;
const zero = 0x30;
/** What does not stand in JSON as it is, or is no single byte. */
const needsCare = /[^ !#-[\]-~]/;
