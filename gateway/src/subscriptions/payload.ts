import type { ExecutionResult, FormattedExecutionResult } from 'graphql';

const nothing = Buffer.alloc(0);
const closingBrace = Buffer.from('}');
const nextEvent = Buffer.from('event: next\n');
const data = Buffer.from('data: ');
const endOfEvent = Buffer.from('\n\n');

/** One answer, made once for all who asked the same and shared by their connections: it must not be changed. */
export class Payload {
  /** The answer as JSON in one line, and the brace that closes a socket's message around it: all that sockets share of a frame is one buffer. */
  readonly message: Buffer;
  /** Continues right after it; empty where there are no positions. */
  readonly cursor: string;
  #event: Buffer | undefined;

  private constructor(message: Buffer, cursor: string) {
    this.message = message;
    this.cursor = cursor;
  }

  /** For a stream that can be resumed. The cursor lies in `extensions`, so that every client has it, whatever it selects. */
  static at(cursor: string, { data: given, errors, extensions }: ExecutionResult): Payload {
    const told = { ...extensions, ...(cursor === '' ? {} : { cursor }) };
    return new Payload(Buffer.from(`${JSON.stringify({ data: given, errors, extensions: told })}}`), cursor);
  }

  static of(answer: FormattedExecutionResult | ExecutionResult): Payload {
    return new Payload(Buffer.from(`${JSON.stringify(answer)}}`), '');
  }

  /** Of an answer that is JSON in one line already. */
  static ofText(json: Buffer): Payload {
    return new Payload(Buffer.concat([json, closingBrace]), '');
  }

  get sizeBytes(): number {
    return this.message.byteLength;
  }

  /** As `text/event-stream` has it (HTML §9.2.6). A browser repeats the id when it comes back, which is how it resumes. */
  get event(): Buffer {
    this.#event ??= Buffer.concat([
      nextEvent,
      this.cursor === '' ? nothing : Buffer.from(`id: ${this.cursor}\n`),
      data,
      this.message.subarray(0, -1),
      endOfEvent,
    ]);
    return this.#event;
  }
}
