/** What failed on the way of work of which each piece is for itself. */
export class Faults {
  #first: { readonly error: unknown } | undefined;

  /** Undefined when it fails. */
  async past<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#first ??= { error };
      return undefined;
    }
  }

  throwFirst(): void {
    if (this.#first !== undefined) throw this.#first.error;
  }
}
