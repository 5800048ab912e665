/** A key for what is to be done once, however often its answer is lost on the way and it is asked for again; something else has another. */
export class OnceKey {
  #what: string | undefined;
  #key = '';

  of(what: string): string {
    if (what !== this.#what) this.#key = `console-${randomText()}`;
    this.#what = what;
    return this.#key;
  }
}

/** Not `randomUUID`: browsers have that for secure contexts only. */
function randomText(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('');
}
