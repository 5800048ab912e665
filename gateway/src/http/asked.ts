import { CodedError } from '@tributary/runtime';
import { isJsonObject } from '../execution/compiled/own-keys.ts';
import { inexactFault } from '../security/exact-numbers.ts';

/** The parameters of a GraphQL request (GraphQL over HTTP §5). */
export interface Asked {
  /** Undefined where a persisted query's hash stands for it. */
  readonly query: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** SHA-256 of the text, in hex. */
  readonly hash: string | undefined;
  /** `extensions.after`: the cursor a subscription goes on from. */
  readonly after: string | undefined;
}

/** @throws CodedError BAD_REQUEST naming the parameter that is not what it must be, BAD_USER_INPUT where the value is not what the text says. */
export function askedInBody(text: string): Asked {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw wrong('The body is not JSON.');
  }
  const read = askedIn(body);
  refuseInexact(text, body);
  return read;
}

/** The same of a body that was read. @throws CodedError BAD_REQUEST */
export function askedIn(body: unknown): Asked {
  if (!isJsonObject(body)) throw wrong('The body is a JSON object with a query; batches are not taken.');
  return asked(body);
}

/** @throws as `askedInBody` */
export function askedInUrl(search: string): Asked {
  const given = new URLSearchParams(search);
  const once = (name: string): string | undefined => {
    const [value, ...others] = given.getAll(name);
    if (others.length > 0) throw wrong(`${name} is given twice.`);
    return value === '' ? undefined : value;
  };
  const json = (name: string): unknown => {
    const text = once(name);
    if (text === undefined) return undefined;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw wrong(`${name} is not JSON.`);
    }
    refuseInexact(text, value);
    return value;
  };
  return asked({
    query: once('query'),
    operationName: once('operationName'),
    variables: json('variables'),
    extensions: json('extensions'),
  });
}

/** @throws CodedError BAD_USER_INPUT */
function refuseInexact(text: string, value: unknown): void {
  const fault = inexactFault(text, value);
  if (fault !== undefined) throw fault;
}

function asked({ query, operationName, variables, extensions }: Record<string, unknown>): Asked {
  if (query !== undefined && query !== null && typeof query !== 'string') throw wrong('query is a string.');
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string')
    throw wrong('operationName is a string.');
  if (variables !== undefined && variables !== null && !isJsonObject(variables))
    throw wrong('variables is an object.');
  if (extensions !== undefined && extensions !== null && !isJsonObject(extensions))
    throw wrong('extensions is an object.');
  const hash = hashIn(extensions?.['persistedQuery']);
  const text = query ?? undefined;
  if ((text === undefined || text === '') && hash === undefined) throw wrong('query is missing.');
  return {
    query: text === '' ? undefined : text,
    operationName: operationName || undefined,
    variables: variables ?? {},
    hash,
    after: typeof extensions?.['after'] === 'string' ? extensions['after'] : undefined,
  };
}

function hashIn(persisted: unknown): string | undefined {
  if (persisted === undefined || persisted === null) return undefined;
  if (!isJsonObject(persisted) || persisted['version'] !== 1) throw wrong('persistedQuery is of version 1.');
  const hash = persisted['sha256Hash'];
  if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash))
    throw wrong('persistedQuery.sha256Hash is a SHA-256 in hex.');
  return hash;
}

function wrong(message: string): CodedError {
  return new CodedError('BAD_REQUEST', message);
}
