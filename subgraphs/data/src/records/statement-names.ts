const mostNames = 400;

/**
 * Names for prepared statements: the first texts that come get one, since those are the ones an installation repeats.
 * Each connection keeps every named statement for good, and callers can make texts without end, so later ones stay unnamed.
 */
export class StatementNames {
  readonly #prefix: string;
  readonly #names = new Map<string, string>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  of(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= mostNames) return known;
    const name = `${this.#prefix}:${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}
