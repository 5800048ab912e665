export interface UnreadBounds {
  /** Of all sockets and streams of one owner. */
  readonly ofOwner: number;
  readonly ofAll: number;
}

/** The bytes that payloads of all sockets and streams take while they wait for their readers, beyond what every socket may have. */
export class UnreadPayloads {
  readonly #bounds: UnreadBounds;
  readonly #onChange: (allBytes: number) => void;
  readonly #byOwner = new Map<string, number>();
  #all = 0;

  constructor(bounds: UnreadBounds, onChange: (allBytes: number) => void) {
    this.#bounds = bounds;
    this.#onChange = onChange;
  }

  /** False when there is no room; otherwise the bytes count until `give`. */
  take(owner: string, sizeBytes: number): boolean {
    const ofOwner = (this.#byOwner.get(owner) ?? 0) + sizeBytes;
    if (ofOwner > this.#bounds.ofOwner || this.#all + sizeBytes > this.#bounds.ofAll) return false;
    this.#byOwner.set(owner, ofOwner);
    this.#all += sizeBytes;
    this.#onChange(this.#all);
    return true;
  }

  give(owner: string, sizeBytes: number): void {
    const left = (this.#byOwner.get(owner) ?? sizeBytes) - sizeBytes;
    if (left > 0) this.#byOwner.set(owner, left);
    else this.#byOwner.delete(owner);
    this.#all -= sizeBytes;
    this.#onChange(this.#all);
  }
}
