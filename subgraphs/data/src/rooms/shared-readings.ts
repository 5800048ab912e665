interface Reading<Value> {
  readonly running: Promise<Value>;
  next: Promise<Value> | undefined;
}

/**
 * Lets many who read one thing at once read it together. One reading runs and one waits: who asks while one runs may know of what came after its
 * beginning, so they share the next, and never one that has begun.
 */
export class SharedReadings<Value> {
  readonly #readings = new Map<string, Reading<Value>>();

  read(key: string, read: () => Promise<Value>): Promise<Value> {
    const reading = this.#readings.get(key);
    if (reading === undefined) return this.#begin(key, read);
    reading.next ??= reading.running.then(
      () => this.#begin(key, read),
      () => this.#begin(key, read),
    );
    return reading.next;
  }

  #begin(key: string, read: () => Promise<Value>): Promise<Value> {
    const reading: Reading<Value> = { running: read(), next: undefined };
    this.#readings.set(key, reading);
    const done = (): void => {
      if (reading.next === undefined) this.#readings.delete(key);
    };
    reading.running.then(done, done);
    return reading.running;
  }
}
