import { HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import { CodedError } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CallerGone, type Departure, Leaving } from '../execution/departure.ts';
import type { GraphServer, ScopedContext } from '../execution/graph-server.ts';
import { inexactFault } from '../security/exact-numbers.ts';
import type { EventStreams } from '../subscriptions/event-streams.ts';
import { Compression } from '../traffic/compression.ts';
import { answerType } from './answer-type.ts';
import { answerWithEvents } from './answer-with-events.ts';
import type { Edge } from './edge.ts';
import { enter, refuseEndedRights } from './entry.ts';
import { couldBeForeignPage } from './foreign-page.ts';
import { prefersEvents } from './preferred-type.ts';
import { isOurs, traceparentOf } from './request-identity.ts';
import { type GraphAnswer, SharedQuestions } from './shared-questions.ts';
import { whenClosed } from './when-closed.ts';

/**
 * `/graphql` over HTTP: POST with JSON, GET for queries and subscriptions; answered by JSON, or by events where those are asked for. WebSockets take
 * the same path but never come this way.
 */
export function addGraphQLRoute(
  server: FastifyInstance,
  edge: Edge,
  { graphServer, events }: { readonly graphServer: GraphServer; readonly events: EventStreams },
): void {
  const questions = new SharedQuestions();
  const { compressionMinBytes } = edge.settings.traffic;
  const compression = compressionMinBytes === undefined ? undefined : new Compression(compressionMinBytes);
  server.route({
    method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'],
    url: '/graphql',
    onRequest: async (request, reply) => {
      refuseUnreadable(request, reply);
      // Before the body is read: who may not come in does not get to send a megabyte either.
      if (prefersEvents(request.headers)) events.refuseForeignPage(request.raw);
      request.authenticated = await enter(edge, request, reply);
      request.caller = request.authenticated.principal;
    },
    handler: (request, reply) =>
      prefersEvents(request.headers)
        ? answerWithEvents(request, reply, { edge, events })
        : answer(request, reply, { edge, graphServer, questions, compression }),
  });
}

function refuseUnreadable(request: FastifyRequest, reply: FastifyReply): void {
  if (request.method !== 'GET' && request.method !== 'POST') {
    reply.header('allow', 'GET, POST');
    throw new CodedError('METHOD_NOT_ALLOWED', 'GraphQL is asked with POST, or GET for queries.');
  }
  const encoding = request.headers['content-encoding'];
  // A kilobyte can inflate to a gigabyte; queries are small, so compressed ones are not taken.
  if (encoding !== undefined && encoding !== 'identity') {
    throw new CodedError('UNSUPPORTED_MEDIA_TYPE', 'Compressed bodies are not taken here.');
  }
}

interface GraphQLRoute {
  readonly edge: Edge;
  readonly graphServer: GraphServer;
  readonly questions: SharedQuestions;
  readonly compression: Compression | undefined;
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { edge, graphServer, questions, compression }: GraphQLRoute,
): Promise<FastifyReply> {
  const { caller: principal } = request;
  if (principal === undefined) throw new TypeError('a request reached the graph without passing the entry');
  if (isPerson(request)) return reply.redirect('/');
  refuseEndedRights(edge, request);
  // A page that asks for pages is refused for what it may be; nothing is done for others whose answer would not be taken.
  if (!isRefusedAsPage(request)) answerType(request.headers.accept);
  refuseLargeQuery(request, edge.settings.operations.queryBytes);
  refuseInexactUrl(request);
  const given = await questions
    .answer(request, principal, {
      gone: goneSignal(reply),
      execute: (signal) => execute(request, { principal, graphServer, signal }),
    })
    .catch((error: unknown) => {
      if (error instanceof CallerGone) return undefined;
      throw error;
    });
  // Nobody is there any more to answer.
  if (given === undefined) return reply.hijack();
  Object.assign(request.seen, given.seen);
  for (const [name, value] of given.headers) reply.header(name, value);
  reply.code(statusOf(given, request));
  if (compression === undefined) return reply.send(given.body);
  const sent = await compression.for(request.headers['accept-encoding'], given.body);
  for (const [name, value] of Object.entries(sent.headers)) addHeader(reply, name, value);
  return reply.send(sent.body);
}

/** `Vary` may name other fields already. */
function addHeader(reply: FastifyReply, name: string, value: string): void {
  const before = reply.getHeader(name);
  reply.header(name, before === undefined ? value : `${String(before)}, ${value}`);
}

interface Execution {
  readonly principal: Principal;
  readonly graphServer: GraphServer;
  readonly signal: Departure;
}

async function execute(
  request: FastifyRequest,
  { principal, graphServer, signal }: Execution,
): Promise<GraphAnswer> {
  const seen: ScopedContext['seen'] = {};
  const context: ScopedContext = {
    principal,
    requestId: request.id,
    clientAddress: request.clientAddress,
    isOurs: isOurs(request),
    signal,
    seen,
    door: 'graphql',
    isMeasured: true,
    traceparent: traceparentOf(request),
  };
  const { status, headers, body } = await graphServer.executeHTTPGraphQLRequest({
    httpGraphQLRequest: asHttpGraphQLRequest(request),
    context: async () => context,
  });
  if (body.kind !== 'complete') throw new TypeError('incremental answers are not offered');
  return { status, headers, body: Buffer.from(body.string), seen };
}

/** Aborts when the connection closes before the answer is out. */
function goneSignal(reply: FastifyReply): Departure {
  const gone = new Leaving();
  // Every answer ends with this event.
  whenClosed(reply.raw, () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone;
}

/**
 * GraphQL over HTTP §6.4.1: where the answer is `application/json`, a well-formed request is answered 200 even if its operation is
 * refused, because such a client takes any other status for a broken connection. Only for clients that ask for that type by name.
 */
function statusOf({ status = 200, headers }: GraphAnswer, { seen, headers: asked }: FastifyRequest): number {
  const isPlainJson = headers.get('content-type')?.startsWith('application/json') === true;
  const asksForIt = asked.accept?.includes('application/json') === true;
  return status === 400 && seen.understood === true && isPlainJson && asksForIt ? 200 : status;
}

/** Somebody who typed this address into a browser: the explorer is what they look for. */
function isPerson({ method, headers, query }: FastifyRequest): boolean {
  return (
    method === 'GET' &&
    headers.accept?.includes('text/html') === true &&
    Object.keys(query ?? {}).length === 0
  );
}

/** Apollo Server answers it with what to send instead, unless one of these headers proves that no page of elsewhere made it. */
function isRefusedAsPage({ method, headers }: FastifyRequest): boolean {
  const isProven = preflighted.some((name) => headers[name] !== undefined);
  return method === 'GET' && !isProven && couldBeForeignPage(headers);
}

const preflighted = ['apollo-require-preflight', 'x-apollo-operation-name'] as const;

function refuseLargeQuery({ body, query }: FastifyRequest, limitBytes: number): void {
  for (const source of [body, query]) {
    const text = (source as { query?: unknown } | null | undefined)?.query;
    if (typeof text === 'string' && Buffer.byteLength(text) > limitBytes) {
      throw new CodedError('PAYLOAD_TOO_LARGE', `The query is longer than ${limitBytes} bytes.`, {
        details: { limitBytes },
      });
    }
  }
}

/** Of bodies it was looked at when they were read. @throws CodedError BAD_USER_INPUT */
function refuseInexactUrl({ method, query }: FastifyRequest): void {
  if (method !== 'GET') return;
  const given = query as Readonly<Record<string, unknown>>;
  for (const text of [given['variables'], given['extensions']]) {
    if (typeof text !== 'string') continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // Apollo Server says so.
      continue;
    }
    const fault = inexactFault(text, value);
    if (fault !== undefined) throw fault;
  }
}

function asHttpGraphQLRequest(request: FastifyRequest): HTTPGraphQLRequest {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  // A GET has no body, so what type the body would have says nothing.
  if (request.method === 'GET') headers.delete('content-type');
  if (request.method === 'GET' && !couldBeForeignPage(request.headers))
    headers.set('apollo-require-preflight', 'proven otherwise');
  const at = request.url.indexOf('?');
  return { method: request.method, headers, search: at < 0 ? '' : request.url.slice(at), body: request.body };
}
