/** Smaller pieces are copied together: what Node keeps around each is hundreds of bytes. */
const smallBytes = 1_024;
const largestBlockBytes = 65_536;

/** A body as it comes: takes about as much memory as its bytes do, even where each of them comes alone. One that comes at once is not copied. */
export class GatheredBytes {
  readonly #pieces: Buffer[] = [];
  /** Small pieces, behind the others. It is filled before anything else is kept. */
  #block: Buffer | undefined;
  #used = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(piece: Buffer): void {
    this.#length += piece.length;
    const rest = this.#block === undefined ? piece : this.#filled(this.#block, piece);
    if (rest.length === 0) return;
    if (this.#pieces.length === 0 || rest.length >= smallBytes) {
      this.#pieces.push(rest);
      return;
    }
    this.#block = Buffer.allocUnsafeSlow(Math.min(Math.max(smallBytes, this.#length), largestBlockBytes));
    this.#used = rest.copy(this.#block);
  }

  /** All that came. It takes nothing more. */
  whole(): Buffer {
    if (this.#block !== undefined) this.#pieces.push(this.#block.subarray(0, this.#used));
    const [first] = this.#pieces;
    return this.#pieces.length === 1 && first !== undefined
      ? first
      : Buffer.concat(this.#pieces, this.#length);
  }

  /** What of a piece does not fit into the block. */
  #filled(block: Buffer, piece: Buffer): Buffer {
    const copied = piece.copy(block, this.#used);
    this.#used += copied;
    if (this.#used < block.length) return piece.subarray(copied);
    this.#pieces.push(block);
    this.#block = undefined;
    return piece.subarray(copied);
  }
}
