/** Of a field: its closures, and the bytes of its key. Measured: 480 to 530. */
const fieldBytes = 560;
/** Measured: 100. */
const shapeKeyBytes = 128;

/**
 * About how many bytes of memory what was compiled of a variant takes. Fields count wherever fragments are spread; the text says little of that. It grows
 * when the first object of a type comes by.
 */
export class CompiledSize {
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Of the shape of a fetch's answer. */
  addShapeKeys(count: number): void {
    this.#bytes += shapeKeyBytes * count;
  }

  /** Of what writes the client's answer, or knows it. */
  addField(key: string): void {
    this.#bytes += fieldBytes + key.length;
  }
}
