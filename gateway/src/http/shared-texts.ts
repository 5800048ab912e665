import type { Departure } from '../execution/departure.ts';
import { type Execute, SharedAnswers } from './shared-answers.ts';

/** A question that is its text, and the terms on which it is asked. */
export interface TextQuestion {
  readonly text: string;
  readonly terms: string;
}

/**
 * Shares as `SharedAnswers` does, of questions with long texts. Most askers have the very string that was asked before: as a key by itself it is found by its
 * identity, where one that is put together with its terms is written, hashed and compared each time.
 */
export class SharedTexts<Answer> {
  readonly #byText = new Map<string, SharedAnswers<Answer>>();

  /** @throws CallerGone once `gone` is aborted */
  answer({ text, terms }: TextQuestion, execute: Execute<Answer>, gone?: Departure): Promise<Answer> {
    let asked = this.#byText.get(text);
    if (asked === undefined) {
      asked = new SharedAnswers<Answer>(undefined, () => this.#byText.delete(text));
      this.#byText.set(text, asked);
    }
    return asked.answer(terms, execute, gone);
  }

  /** How many texts are asked at the moment. */
  get size(): number {
    return this.#byText.size;
  }
}
