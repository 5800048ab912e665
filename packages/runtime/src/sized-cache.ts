interface Entry<Value> {
  readonly value: Value;
  readonly size: number;
}

/** A map that forgets what was used least recently, when all of it together is larger than a limit. For values that can always be made again. */
export class SizedCache<Value> {
  #entries = new Map<string, Entry<Value>>();
  readonly #limit: number;
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** As `get`, which is no use of it. */
  peek(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  getOrMake(key: string, make: () => Value, sizeOf: (value: Value) => number): Value {
    const known = this.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.set(key, made, sizeOf(made));
    return made;
  }

  /** Keys and values, used last first. */
  newest(count: number): readonly (readonly [string, Value])[] {
    return [...this.#entries]
      .slice(-count)
      .reverse()
      .map(([key, { value }]) => [key, value]);
  }

  /** What is larger than the limit alone is not kept. */
  set(key: string, value: Value, size: number): void {
    this.#drop(key);
    if (size > this.#limit) return;
    this.#entries.set(key, { value, size });
    this.#size += size;
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= this.#limit) return;
      this.#drop(oldest);
    }
  }

  /** Keeps what nobody has used yet: it makes room before all else, and takes none from others. What has a place stays there. False where there is no room. */
  setUnused(key: string, value: Value, size: number): boolean {
    const before = this.#entries.get(key);
    const together = this.#size - (before?.size ?? 0) + size;
    if (together > this.#limit) return false;
    this.#size = together;
    const entry = { value, size };
    if (before === undefined) this.#entries = new Map([[key, entry], ...this.#entries]);
    else this.#entries.set(key, entry);
    return true;
  }

  /** What is kept there takes another size by now; nothing where something else is. */
  resize(key: string, value: Value, size: number): void {
    const entry = this.#entries.get(key);
    if (entry?.value === value && entry.size !== size) this.set(key, value, size);
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#size -= entry.size;
  }
}
