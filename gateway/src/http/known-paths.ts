/** The paths that are served, and the methods each answers: who takes a wrong method for a right path is told so (RFC 9110 §15.5.6). */
export class KnownPaths {
  readonly #methods = new Map<string, Set<string>>();

  /** A route's pattern: a path, or one whose end is `/*`. */
  add(pattern: string, methods: string | readonly string[]): void {
    const known = this.#methods.get(pattern) ?? new Set<string>();
    this.#methods.set(pattern, known);
    for (const method of [methods].flat()) known.add(method);
  }

  /** In the order of `Allow`; empty for a path that is not served. */
  methodsAt(path: string): readonly string[] {
    const methods = new Set<string>();
    for (const [pattern, own] of this.#methods)
      if (pattern === path || (pattern.endsWith('/*') && path.startsWith(pattern.slice(0, -1))))
        for (const method of own) methods.add(method);
    return [...methods].sort();
  }
}
