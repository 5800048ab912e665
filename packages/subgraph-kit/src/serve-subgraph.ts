import type { AddressInfo } from 'node:net';
import {
  errorCodes,
  httpOrigin,
  missingEngines,
  type NeededEngines,
  newId,
  type Registry,
  requireEngines,
} from '@tributary/runtime';
import fastify, { type FastifyInstance } from 'fastify';
import { isTooLarge, maxResultBytes } from './answer-size.ts';
import type { StreamEvent, Subgraph } from './call.ts';
import { assertionHeader, clientAddressHeader, requestIdHeader, single } from './internal-headers.ts';
import { addDoor, addStreamDoor } from './serve-doors.ts';

export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly metrics: Registry;
  /** What its process needs beside what the subgraph itself asks: it is not ready while one of them is away, and names it. */
  readonly engines?: NeededEngines;
}

export interface ServedSubgraph extends AsyncDisposable {
  readonly url: string;
}

const tooLarge = {
  message: 'The answer would be too large; ask for fewer fields or smaller pages.',
  extensions: {
    code: 'PAYLOAD_TOO_LARGE',
    limitBytes: maxResultBytes,
    advice: errorCodes.PAYLOAD_TOO_LARGE.advice,
  },
};

interface GraphQLBody {
  readonly query?: unknown;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;
  readonly extensions?: { readonly stream?: StreamEvent };
}

/** Puts a subgraph behind HTTP: `/graphql`, its doors, `/health/live`, `/health/ready`, `/metrics`. */
export async function serveSubgraph(subgraph: Subgraph, options: ServeOptions): Promise<ServedSubgraph> {
  const server = fastify({ bodyLimit: 8 * 1024 * 1024, forceCloseConnections: 'idle' });
  endConnectionsWhenClosing(server);
  addGraphQL(server, subgraph);
  if (subgraph.door !== undefined) addDoor(server, subgraph.door);
  if (subgraph.streamDoor !== undefined) addStreamDoor(server, subgraph.streamDoor);
  server.get('/health/live', async () => ({ status: 'live' }));
  server.get('/health/ready', async (_request, reply) => {
    const asked = [subgraph.ready(), requireEngines(options.engines ?? {})];
    const faults = (await Promise.allSettled(asked)).filter(({ status }) => status === 'rejected');
    if (faults.length === 0) return { status: 'ready' };
    const missing = faults.flatMap((fault) => ('reason' in fault ? missingEngines(fault.reason) : []));
    return reply.code(503).send({ status: 'not ready', missing });
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type(options.metrics.contentType).send(await options.metrics.metrics()),
  );
  await server.listen({ port: options.port, host: options.host });
  const { port } = server.server.address() as AddressInfo;
  return { url: httpOrigin(options.host, port), [Symbol.asyncDispose]: () => server.close() };
}

/** A gateway keeps its connections, and would ask on them what is refused then, or leave them open until nothing was asked for long. */
function endConnectionsWhenClosing(server: FastifyInstance): void {
  let isClosing = false;
  server.addHook('preClose', async () => {
    isClosing = true;
  });
  server.addHook('onSend', async (_request, reply) => {
    if (isClosing) reply.header('connection', 'close');
  });
}

function addGraphQL(server: FastifyInstance, subgraph: Subgraph): void {
  server.post<{ Body: GraphQLBody | null }>('/graphql', async (request, reply) => {
    const assertion = single(request.headers[assertionHeader]);
    if (assertion === undefined) {
      const { advice } = errorCodes.UNAUTHENTICATED;
      return reply.code(401).send({
        errors: [
          {
            message: 'Subgraphs answer to the gateway only.',
            extensions: { code: 'UNAUTHENTICATED', advice },
          },
        ],
      });
    }
    const body = request.body ?? {};
    if (typeof body.query !== 'string')
      return reply
        .code(400)
        .send({ errors: [{ message: 'The body needs a query.', extensions: { code: 'BAD_REQUEST' } }] });
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const result = await subgraph.execute({
      query: body.query,
      operationName: body.operationName,
      variables: body.variables,
      assertion,
      requestId: single(request.headers[requestIdHeader]) ?? newId(),
      traceparent: single(request.headers['traceparent']),
      stream: body.extensions?.stream,
      signal: gone.signal,
      clientAddress: single(request.headers[clientAddressHeader]),
    });
    // Looked at before it is written, because its text may be longer than a string can be, and after, because that alone is exact.
    const json = isTooLarge(result.data) ? undefined : JSON.stringify(result);
    if (json === undefined || Buffer.byteLength(json) > maxResultBytes)
      return reply.send({ data: null, errors: [tooLarge] });
    return reply.type('application/json; charset=utf-8').send(json);
  });
}
