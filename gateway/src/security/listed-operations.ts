import { createHash } from 'node:crypto';
import { type DocumentNode, parse, print, stripIgnoredCharacters } from 'graphql';
import { BoundedCache } from '../planning/bounded-cache.ts';

const rememberedAnswers = 2_000;

/**
 * The operations an installation executes, and no others. A document is listed when it is the same as a listed one but for white space, commas and
 * comments, since clients print their own; a hash, when it is the SHA-256 of a listed text as it is written, or as `print` writes it.
 */
export class ListedOperations {
  readonly #texts = new Map<string, string>();
  readonly #answers = new BoundedCache<boolean>(rememberedAnswers);

  /** @throws GraphQLError when a text is no GraphQL. */
  constructor(texts: readonly string[]) {
    for (const text of texts) {
      const printed = print(parse(text));
      for (const form of [text, text.trim(), printed, canonical(printed)])
        this.#texts.set(sha256(form), form);
    }
  }

  /** `key` names the document's text: the answer is remembered by it. */
  includes(key: string, document: DocumentNode): boolean {
    return this.#answers.getOrMake(key, () => this.#texts.has(sha256(canonical(print(document)))));
  }

  /** The listed text with this hash, in hexadecimal. */
  textOf(hash: string): string | undefined {
    return this.#texts.get(hash);
  }
}

function canonical(printed: string): string {
  return stripIgnoredCharacters(printed);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
