import { isAscii } from 'node:buffer';
import { CodedError, ExplainedError } from '@tributary/runtime';
import { isJsonObject, type JsonObject } from '../execution/compiled/own-keys.ts';
import type { PassAnswer } from '../execution/compiled/passed-answer.ts';
import type { FetchAnswer, FetchRequest } from '../execution/compiled/subgraph-fetch.ts';
import type { HttpAnswer } from '../execution/http-exchange.ts';
import { subgraphErrors } from '../execution/subgraph-errors.ts';
import { RefusedBySubgraph } from './refused-by-subgraph.ts';

const decoder = new TextDecoder();

type Expectations = Pick<FetchRequest, 'expected' | 'passes'>;

/** What a subgraph answered, for one asker or several: each gets objects of its own. What is known to be an answer is read only if somebody has to. */
export class ToldAnswer {
  readonly #name: string;
  readonly #told: HttpAnswer;
  readonly #passes: PassAnswer | undefined;
  /** Known to be the answer of a client's for whom `#passes` was made. */
  readonly #passed: Buffer | undefined;
  /** Read already, and nobody's yet. */
  #first: FetchAnswer | undefined;

  /** @throws CodedError SUBGRAPH_UNAVAILABLE for what is no answer to a GraphQL request, RefusedBySubgraph where it is a refusal */
  constructor(name: string, told: HttpAnswer, { expected, passes }: Expectations) {
    this.#name = name;
    this.#told = told;
    this.#passes = passes;
    if (told.body === expected) return;
    this.#passed = passes?.(told.body);
    if (this.#passed === undefined) this.#first = answerOf(name, told);
  }

  /** For an asker who may expect it to be as the last time, or to be the client's answer. */
  as({ expected, passes }: Expectations): FetchAnswer {
    const { body } = this.#told;
    const passed = passes === this.#passes ? this.#passed : undefined;
    const isSame = expected !== undefined && (body === expected || body.equals(expected));
    const read = (): FetchAnswer => this.#read();
    let own: FetchAnswer | undefined;
    return {
      bytes: isSame ? expected : body,
      exchange: this.#told,
      passed,
      get data() {
        own ??= read();
        return own.data;
      },
      get errors() {
        own ??= read();
        return own.errors;
      },
    };
  }

  #read(): FetchAnswer {
    const first = this.#first;
    this.#first = undefined;
    return first ?? answerOf(this.#name, this.#told);
  }
}

/** @throws CodedError SUBGRAPH_UNAVAILABLE for what is no answer to a GraphQL request, RefusedBySubgraph where it is a refusal */
function answerOf(name: string, { status, body }: HttpAnswer): FetchAnswer {
  let answer: unknown;
  try {
    // Decoding ASCII is copying; the rest, and the mark some servers put in front, is left to a decoder.
    answer = JSON.parse(isAscii(body) ? body.toString('latin1') : decoder.decode(body));
  } catch {
    answer = undefined;
  }
  if (!isJsonObject(answer) || !(Object.hasOwn(answer, 'data') || Object.hasOwn(answer, 'errors'))) {
    if (status >= 400 && status < 500) throw new RefusedBySubgraph(name, status);
    throw unusable(`The subgraph ${name} answered ${status} without a GraphQL answer.`);
  }
  const { data, errors } = answer;
  if (data !== null && data !== undefined && !isJsonObject(data))
    throw unusable(`The subgraph ${name} answered data that is no object.`);
  const said = subgraphErrors(errors, data);
  return {
    data: (data ?? null) as JsonObject | null,
    ...(said.length === 0 ? {} : { errors: said }),
  };
}

function unusable(message: string): CodedError {
  return new CodedError('SUBGRAPH_UNAVAILABLE', message, { cause: new ExplainedError(message) });
}
