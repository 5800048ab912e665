import { isAscii } from 'node:buffer';
import type { FormattedExecutionResult } from 'graphql';
import type { JsonObject } from './own-keys.ts';

const nullBody = Buffer.from('{"data":null}');

/** The data of an answer that is written already, where objects are expected: who only sends it need not read it. */
export class WrittenData {
  readonly #body: Buffer;

  private constructor(body: Buffer) {
    this.#body = body;
  }

  /** `body` is `{"data":…}`. Null stays null, because that much everybody looks at. */
  static of(body: Buffer): WrittenData | null {
    return body.equals(nullBody) ? null : new WrittenData(body);
  }

  get sizeBytes(): number {
    return this.#body.byteLength;
  }

  read(): JsonObject {
    return (JSON.parse(this.#text()) as { readonly data: JsonObject }).data;
  }

  toJSON(): JsonObject {
    return this.read();
  }

  /** The members of an answer's object: the data, and what else it has. */
  members({ errors, extensions }: FormattedExecutionResult): string {
    const before = errors === undefined ? '' : `"errors":${JSON.stringify(errors)},`;
    const after = extensions === undefined ? '' : `,"extensions":${JSON.stringify(extensions)}`;
    return `${before}${this.#text().slice(1, -1)}${after}`;
  }

  #text(): string {
    return this.#body.toString(isAscii(this.#body) ? 'latin1' : 'utf8');
  }
}
