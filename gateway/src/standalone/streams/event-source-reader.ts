import { CodedError } from '@tributary/runtime';
import { GatheredText } from './gathered-text.ts';

/** An event of a `text/event-stream`. */
export interface SentEvent {
  /** `message` where the stream names none. */
  readonly type: string;
  readonly data: string;
}

/**
 * Reads a `text/event-stream` (HTML §9.2.6) from the pieces it comes in. Ids and retry times are passed over: what was missed cannot be
 * asked for again.
 */
export class EventSourceReader {
  readonly #limitChars: number;
  readonly #decoder = new TextDecoder('utf-8');
  /** Of a line that is not whole yet. */
  #held = new GatheredText();
  #type = '';
  /** Undefined until there is a line of it. */
  #data: GatheredText | undefined;
  /** How many comments came: what many servers send to show that they are there. */
  comments = 0;

  constructor(limitChars: number) {
    this.#limitChars = limitChars;
  }

  /** The events that are whole now. @throws CodedError PAYLOAD_TOO_LARGE for an event beyond the limit. */
  push(piece: Uint8Array): readonly SentEvent[] {
    const text = this.#decoder.decode(piece, { stream: true });
    this.#held.add(text);
    const events: SentEvent[] = [];
    if (/[\r\n]/.test(text)) {
      // A carriage return at the end may be half of a line's end.
      const lines = this.#held.whole().split(/\r\n|\n|\r(?!$)/);
      const rest = lines.pop() ?? '';
      this.#held = new GatheredText();
      this.#held.add(rest);
      for (const line of lines) {
        const event = this.#line(line);
        if (event !== undefined) events.push(event);
      }
    }
    if (this.#held.length + (this.#data?.length ?? 0) > this.#limitChars)
      throw new CodedError('PAYLOAD_TOO_LARGE', `An event is longer than ${this.#limitChars} characters.`);
    return events;
  }

  #line(line: string): SentEvent | undefined {
    if (line === '') return this.#dispatched();
    const at = line.indexOf(':');
    const field = at < 0 ? line : line.slice(0, at);
    const value = at < 0 ? '' : line.slice(line[at + 1] === ' ' ? at + 2 : at + 1);
    if (at === 0) this.comments += 1;
    else if (field === 'event') this.#type = value;
    else if (field === 'data') {
      this.#data ??= new GatheredText();
      this.#data.add(value);
      this.#data.add('\n');
    }
    return undefined;
  }

  #dispatched(): SentEvent | undefined {
    const type = this.#type || 'message';
    const data = this.#data;
    this.#type = '';
    this.#data = undefined;
    // `complete` of GraphQL over SSE may come without data, which a browser would not dispatch.
    return data === undefined && type === 'message'
      ? undefined
      : { type, data: data?.whole().slice(0, -1) ?? '' };
  }
}
