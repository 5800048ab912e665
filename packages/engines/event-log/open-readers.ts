/** The readers a log has handed out: closed by whoever has them, with the log at the latest, and once. */
export class OpenReaders implements AsyncDisposable {
  readonly #open = new Set<AsyncDisposable>();

  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  /** Answers what closes the reader; closing it again waits for the first time. */
  track(reader: AsyncDisposable): AsyncDisposable {
    let closed: Promise<void> | undefined;
    const tracked: AsyncDisposable = {
      [Symbol.asyncDispose]: () => {
        closed ??= Promise.resolve(reader[Symbol.asyncDispose]()).finally(() => this.#open.delete(tracked));
        return closed;
      },
    };
    this.#open.add(tracked);
    return tracked;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#open].map((reader) => reader[Symbol.asyncDispose]()));
  }
}
