import { CodedError, newId } from '@tributary/runtime';
import {
  type AssertionMinter,
  assertionHeader,
  clientAddressHeader,
  type Door,
  type DoorRequest,
  type DoorResponse,
  noWorkspaceId,
  type Principal,
  requestIdHeader,
  type Subgraph,
} from '@tributary/subgraph-kit';
import type { ExecutionResult } from 'graphql';
import { Pool } from 'undici';
import { passedBack } from './passed-back.ts';
import { remoteStreamDoor } from './remote-stream-door.ts';

export interface RemoteSubgraphOptions {
  readonly name: string;
  /** Base URL: `http://data:4002`. */
  readonly url: string;
  readonly minter: AssertionMinter;
  /** Path prefixes of its door; none when it has no door. */
  readonly doorPrefixes: readonly string[];
  /** Path prefixes of its stream door; none when it has no such door. */
  readonly streamDoorPrefixes?: readonly string[];
  /** Sockets to this subgraph: what bounds how much of the gateway a slow one can hold. */
  readonly connections: number;
}

export interface RemoteSubgraph extends Subgraph, AsyncDisposable {}

/** Above what subgraphs keep to, so that theirs is the word that an answer is too large. */
const answerLimitBytes = 40 * 1024 * 1024;
const contractTimeoutMs = 5_000;
const gateway: Principal = {
  kind: 'service',
  id: 'gateway',
  workspaceId: noWorkspaceId,
  role: null,
  scopes: null,
};

/**
 * Connects to a subgraph that `serveSubgraph` put behind HTTP, and fetches its contract.
 * @throws CodedError SUBGRAPH_UNAVAILABLE when it does not answer.
 */
export async function remoteSubgraph(options: RemoteSubgraphOptions): Promise<RemoteSubgraph> {
  const pool = new Pool(options.url, {
    connections: options.connections,
    pipelining: 1,
    maxResponseSize: answerLimitBytes,
  });
  const execute = executeOver(pool, options.name);
  const prefixes = options.streamDoorPrefixes ?? [];
  const streamDoor = prefixes.length === 0 ? undefined : remoteStreamDoor({ ...options, prefixes });
  const readContract = async (): Promise<string> => {
    const assertion = await options.minter.mint(gateway);
    const signal = AbortSignal.timeout(contractTimeoutMs);
    const query = '{ _service { sdl } }';
    const { data } = await execute({ query, assertion, requestId: newId(), signal });
    const sdl = (data as { _service?: { sdl?: unknown } } | null | undefined)?._service?.sdl;
    if (typeof sdl !== 'string') throw unavailable(options.name, 'told no contract');
    return sdl;
  };
  try {
    return {
      name: options.name,
      sdl: await readContract(),
      readContract,
      execute,
      ready: () => ready(pool, options.name),
      ...(options.doorPrefixes.length === 0 ? {} : { door: remoteDoor(pool, options) }),
      ...(streamDoor === undefined ? {} : { streamDoor }),
      [Symbol.asyncDispose]: async () => {
        await streamDoor?.[Symbol.asyncDispose]();
        await pool.close();
      },
    };
  } catch (error) {
    await streamDoor?.[Symbol.asyncDispose]();
    await pool.destroy();
    throw error;
  }
}

function executeOver(pool: Pool, name: string): Subgraph['execute'] {
  return async (call) => {
    const { query, operationName, variables, assertion, requestId, traceparent, stream, signal } = call;
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/graphql',
      signal: signal ?? null,
      headers: {
        'content-type': 'application/json',
        // A proxy in between might pack it else.
        'accept-encoding': 'identity',
        [requestIdHeader]: requestId,
        ...(assertion === undefined ? {} : { [assertionHeader]: assertion }),
        ...(traceparent === undefined ? {} : { traceparent }),
        ...addressHeader(call.clientAddress),
      },
      body: JSON.stringify({
        query,
        operationName,
        variables,
        ...(stream === undefined ? {} : { extensions: { stream } }),
      }),
    });
    const answer: unknown = await body.json().catch(() => undefined);
    const understood =
      typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer);
    if (statusCode >= 500 || !understood) throw unavailable(name, `answered ${statusCode}`);
    return answer as ExecutionResult;
  };
}

function addressHeader(clientAddress: string | undefined): Record<string, string> {
  return clientAddress === undefined ? {} : { [clientAddressHeader]: clientAddress };
}

const engineName = /^[a-z][a-z-]{0,30}$/;

async function ready(pool: Pool, name: string): Promise<void> {
  const { statusCode, body } = await pool.request({
    method: 'GET',
    path: '/health/ready',
    headersTimeout: 2_000,
    bodyTimeout: 2_000,
  });
  if (statusCode === 200) return body.dump();
  const answer: unknown = await body.json().catch(() => undefined);
  const missing = namesIn(answer);
  throw new CodedError('SUBGRAPH_UNAVAILABLE', `The subgraph ${name} is not ready.`, {
    details: { missing },
  });
}

/** What the other process lacks. Strangers may read it here, so that nothing but names is passed on, whatever answers there. */
function namesIn(answer: unknown): readonly string[] {
  const missing = typeof answer === 'object' && answer !== null && 'missing' in answer ? answer.missing : [];
  return Array.isArray(missing)
    ? missing.filter((each) => typeof each === 'string' && engineName.test(each))
    : [];
}

function remoteDoor(pool: Pool, { name, doorPrefixes: prefixes }: RemoteSubgraphOptions): Door {
  return {
    prefixes,
    handle: async (request: DoorRequest): Promise<DoorResponse> => {
      try {
        const { statusCode, headers, body } = await pool.request({
          method: request.method as 'GET',
          path: request.query === '' ? request.path : `${request.path}?${request.query}`,
          headers: {
            ...request.headers,
            [assertionHeader]: request.assertion,
            [requestIdHeader]: request.requestId,
            ...addressHeader(request.clientAddress),
          },
          body: request.body.byteLength === 0 ? null : request.body,
        });
        return {
          status: statusCode,
          headers: passedBack(headers, { keepLength: false }),
          body: new Uint8Array(await body.arrayBuffer()),
        };
      } catch (cause) {
        // Nobody knows how far it came: whoever must not do a thing twice sends it with an Idempotency-Key.
        throw unavailable(name, 'did not answer', cause);
      }
    },
  };
}

function unavailable(name: string, what: string, cause?: unknown): CodedError {
  return new CodedError('SUBGRAPH_UNAVAILABLE', `The subgraph ${name} ${what}.`, { cause });
}
