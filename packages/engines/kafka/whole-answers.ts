import type { Socket } from 'node:net';

/** Every answer of a broker: its length in four bytes, which are not counted, then as many. */
const lengthBytes = 4;
/** The number of the question. */
const leastBytes = 4;

/**
 * Lets a socket hand on whole answers alone. The driver keeps what it has of half an answer when its connection is lost, takes what the next connection brings
 * for the rest of it, and then reads lengths where there are none: that ends the process, or answers somebody else's question.
 */
export function inWholeAnswers<Any extends Socket>(socket: Any): Any {
  const emit = socket.emit.bind(socket);
  const answers = new WholeAnswers();
  socket.emit = (event: string | symbol, ...values: unknown[]): boolean => {
    const [chunk] = values;
    if (event !== 'data' || !Buffer.isBuffer(chunk)) return emit(event, ...values);
    try {
      const whole = answers.take(chunk);
      return whole === undefined || emit('data', whole);
    } catch (error) {
      socket.destroy(error instanceof Error ? error : undefined);
      return false;
    }
  };
  return socket;
}

/** Collects what comes until answers are whole. */
export class WholeAnswers {
  #chunks: Buffer[] = [];
  #sizeBytes = 0;
  /** Less than this is not worth a look. */
  #neededBytes = lengthBytes;

  /** The answers that are whole with this chunk, one after the other; undefined as long as none is. @throws RangeError for what is no answer of Kafka's */
  take(chunk: Buffer): Buffer | undefined {
    this.#chunks.push(chunk);
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes < this.#neededBytes) return undefined;
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    let end = 0;
    let needed = lengthBytes;
    while (end + lengthBytes <= bytes.length) {
      const length = bytes.readInt32BE(end);
      if (length < leastBytes) throw new RangeError('what answers is no Kafka');
      needed = lengthBytes + length;
      if (end + needed > bytes.length) break;
      end += needed;
      needed = lengthBytes;
    }
    const rest = bytes.subarray(end);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#sizeBytes = rest.length;
    this.#neededBytes = needed;
    return end === 0 ? undefined : bytes.subarray(0, end);
  }
}
