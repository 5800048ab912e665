import type { CodedError } from '@tributary/runtime';
import { inexactFault } from '../security/exact-numbers.ts';

/** An operation as a client asks for it. */
export interface OperationMessage {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** `extensions.after`: the cursor to go on from, for operations that declare no variable for it. */
  readonly after: string | undefined;
  /** The cursor of the last it saw, as a browser says by itself when it comes back; where the operation says nothing else, it goes on there. */
  readonly lastSeen?: string | undefined;
  /** Why it cannot be executed as it was meant. */
  readonly fault: CodedError | undefined;
}

/** What a client may send: the graphql-transport-ws protocol, checked once at the edge. */
export type ClientMessage =
  | { readonly type: 'connection_init'; readonly payload: Readonly<Record<string, unknown>> }
  | { readonly type: 'ping' | 'pong' }
  | { readonly type: 'complete'; readonly id: string }
  | ({ readonly type: 'subscribe'; readonly id: string } & OperationMessage);

/** Ids are echoed with every payload: long ones would be an amplifier. */
const longestId = 128;

/** The message, or undefined for anything the protocol does not know. */
export function parseClientMessage(text: string): ClientMessage | undefined {
  const message = parsedObject(text);
  if (message === undefined) return undefined;
  const { type, id, payload } = message;
  if (type === 'ping' || type === 'pong') return { type };
  const fault = inexactFault(text, message);
  // Of an operation it is told; otherwise nobody knows what was meant.
  if (type !== 'subscribe' && fault !== undefined) return undefined;
  if (type === 'connection_init')
    return isNothing(payload) ? { type, payload: {} } : isObject(payload) ? { type, payload } : undefined;
  if (typeof id !== 'string' || id.length === 0 || id.length > longestId) return undefined;
  if (type === 'complete') return { type, id };
  return type === 'subscribe' && isObject(payload) ? subscribeMessage(id, payload, fault) : undefined;
}

function subscribeMessage(
  id: string,
  payload: Readonly<Record<string, unknown>>,
  fault: CodedError | undefined,
): ClientMessage | undefined {
  const { query, operationName, variables, extensions } = payload;
  if (typeof query !== 'string') return undefined;
  if (!isNothing(operationName) && typeof operationName !== 'string') return undefined;
  if (!isNothing(variables) && !isObject(variables)) return undefined;
  if (!isNothing(extensions) && !isObject(extensions)) return undefined;
  const after = isObject(extensions) ? extensions['after'] : undefined;
  return {
    type: 'subscribe',
    id,
    query,
    operationName: operationName ?? undefined,
    variables: isObject(variables) ? variables : {},
    after: typeof after === 'string' ? after : undefined,
    fault,
  };
}

function parsedObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNothing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}
