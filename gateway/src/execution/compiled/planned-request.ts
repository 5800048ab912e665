import type { Fetch, FetchPlace } from '../../planning/plan.ts';
import { type JsonObject, writeOwn } from './own-keys.ts';
import type { PassAnswer } from './passed-answer.ts';
import type { FetchToFollow } from './plan-run.ts';
import type { FetchRequest } from './subgraph-fetch.ts';

/** What of a fetch's requests is the same each time. */
export interface RequestHead {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly passes: PassAnswer | undefined;
  readonly place: FetchPlace | undefined;
  /** The JSON of a request up to its variables. */
  readonly json: string;
}

export function requestHead(
  { operation: query, operationName, place }: Fetch,
  passes?: PassAnswer,
): RequestHead {
  const named = operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`;
  return {
    query,
    operationName,
    passes,
    place,
    json: `{"query":${JSON.stringify(query)}${named},"variables":{`,
  };
}

/** Representations as JSON texts, by the variable that takes them. */
export interface RepresentationList {
  readonly variable: string;
  readonly texts: readonly string[];
}

/** One request of a fetch. It is sent as text, or read as objects by a subgraph in this process: whichever is asked for is made. */
export class PlannedRequest implements FetchRequest {
  readonly expected = undefined;
  readonly head: RequestHead;
  readonly #given: Readonly<Record<string, unknown>> | undefined;
  readonly #lists: readonly RepresentationList[];
  #body: string | undefined;

  constructor(
    head: RequestHead,
    given: Readonly<Record<string, unknown>> | undefined,
    lists: readonly RepresentationList[] = [],
  ) {
    this.head = head;
    this.#given = given;
    this.#lists = lists;
  }

  get query(): string {
    return this.head.query;
  }

  get operationName(): string | undefined {
    return this.head.operationName;
  }

  get passes(): PassAnswer | undefined {
    return this.head.passes;
  }

  get place(): FetchPlace | undefined {
    return this.head.place;
  }

  get variables(): Readonly<Record<string, unknown>> {
    const variables = { ...this.#given };
    for (const { variable, texts } of this.#lists)
      writeOwn(variables, variable, JSON.parse(`[${texts.join()}]`));
    return variables;
  }

  get body(): string {
    this.#body ??= this.#written();
    return this.#body;
  }

  #written(): string {
    const own = this.#given === undefined ? '' : JSON.stringify(this.#given).slice(1, -1);
    const lists = this.#lists.map(({ variable, texts }) => `${JSON.stringify(variable)}:[${texts.join()}]`);
    const variables = own === '' ? lists : [own, ...lists];
    return `${this.head.json}${variables.join()}}}`;
  }
}

/** The request of another run again. */
export class RequestAgain implements FetchRequest {
  readonly #head: RequestHead;
  readonly body: string;
  readonly expected: Buffer | undefined;

  constructor({ head, body, expected }: FetchToFollow) {
    this.#head = head;
    this.body = body;
    this.expected = expected;
  }

  get query(): string {
    return this.#head.query;
  }

  get operationName(): string | undefined {
    return this.#head.operationName;
  }

  get passes(): PassAnswer | undefined {
    return this.#head.passes;
  }

  get place(): FetchPlace | undefined {
    return this.#head.place;
  }

  get variables(): Readonly<Record<string, unknown>> {
    return (JSON.parse(this.body) as { readonly variables: JsonObject }).variables;
  }
}
