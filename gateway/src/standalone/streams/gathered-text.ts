/** Pieces that are joined at once. */
const joinedPieces = 1_024;

/** Text as it comes: takes about as much memory as its characters do, even where each of them comes alone. */
export class GatheredText {
  readonly #blocks: string[] = [];
  /** Behind the blocks. */
  #pieces: string[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(piece: string): void {
    this.#length += piece.length;
    this.#pieces.push(piece);
    if (this.#pieces.length < joinedPieces) return;
    this.#blocks.push(this.#pieces.join(''));
    this.#pieces = [];
  }

  whole(): string {
    return [...this.#blocks, ...this.#pieces].join('');
  }
}
