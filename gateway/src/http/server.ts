import { CodedError } from '@tributary/runtime';
import { type Principal, requestIdHeader } from '@tributary/subgraph-kit';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { SeenOperation } from '../execution/graph-server.ts';
import type { Authenticated } from '../security/access-token.ts';
import { asCodedError, graphqlAnswer, problemAnswer } from './coded-answer.ts';
import { crossOriginHeaders, preflightHeaders } from './cross-origin.ts';
import type { Edge } from './edge.ts';
import type { EdgeMetrics } from './edge-metrics.ts';
import { readJsonBodies } from './json-bodies.ts';
import { KnownPaths } from './known-paths.ts';
import { isGraphPath, observeRequest } from './observed-request.ts';
import { answerPatiently } from './patient-answers.ts';
import { beginInTurn } from './pipelined-answers.ts';
import { requestIdOf } from './request-identity.ts';
import { isServedHost, namesSeveralHosts } from './served-host.ts';
import { answerUnreadable, endSlowArrival } from './unreadable-request.ts';
import { answerUnusual } from './unusual-requests.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the entry. */
    caller: Principal | undefined;
    /** Set by the graph's route: until when what `caller` showed holds. */
    authenticated: Authenticated | undefined;
    /** Set by the entry: no longer counts it among the requests under way, which its answer's end does as well. */
    leaveUnderWay: (() => void) | undefined;
    /** It is answered by a stream of events, which is told of when it ends. */
    isStreamed: boolean;
    /** Set by the entry: whose request it is, through however many processes of ours it came. */
    clientAddress: string | undefined;
    /** What was learnt of the operation, for the log and the metrics. */
    seen: SeenOperation;
  }
}

/** Node's own limit for a whole request. Bodies that are streamed may need it; all others have `arrivalMs`. */
const longestRequestMs = 15 * 60_000;

/** Headers every answer carries. The console's pages have a content policy of their own. */
const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

/** An HTTP server with what holds for every path: ids, limits, headers, origins, coded errors, one log line and one measurement a request. */
export function createHttpServer(edge: Edge, metrics: EdgeMetrics): FastifyInstance {
  const { settings, log } = edge;
  const { arrivalMs } = settings;
  const server = fastify({
    bodyLimit: settings.bodyLimitBytes,
    // One hop: the last entry of X-Forwarded-For is what our own proxy saw, those before it are what a client wrote.
    trustProxy: settings.trustProxy ? (_address, hop) => hop === 0 : false,
    requestTimeout: longestRequestMs,
    // Node looks at its limits every 30 seconds else, and a head could take twice as long.
    http: { connectionsCheckingInterval: Math.ceil(arrivalMs / 10) },
    forceCloseConnections: 'idle',
    // It is refused with a code, as everything else (`closingRefusal`).
    return503OnClosing: false,
    genReqId: (request) => requestIdOf(request.headers[requestIdHeader]),
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (error, request, reply) => {
      answerFault(error, request as unknown as FastifyRequest, reply as unknown as FastifyReply);
    },
  });
  readJsonBodies(server);
  answerUnusual(server.server);
  const paths = new KnownPaths();
  server.addHook('onRoute', ({ url, method }) => paths.add(url, method));
  server.server.headersTimeout = arrivalMs;
  server.decorateRequest('caller', undefined);
  server.decorateRequest('clientAddress', undefined);
  server.decorateRequest('authenticated', undefined);
  server.decorateRequest('leaveUnderWay', undefined);
  server.decorateRequest('isStreamed', false);
  server.addHook('onRequest', (_request, { raw }, done) => beginInTurn(raw, done));
  answerPatiently(server, settings.unread);
  server.addHook('onRequest', async (request, reply) => {
    request.seen = {};
    reply.headers({
      ...securityHeaders,
      [requestIdHeader]: request.id,
      ...crossOriginHeaders(request.headers.origin, settings.corsOrigins),
    });
  });
  server.addHook('onRequest', async ({ headers, raw }) => {
    if (namesSeveralHosts(raw)) throw new CodedError('BAD_REQUEST', 'The request names more than one host.');
    if (!isServedHost(headers, settings.loopbackOnly))
      throw new CodedError('MISDIRECTED_REQUEST', 'No host of this name is served here.');
  });
  server.addHook('onRequest', async (request) => refuseAmbiguousPath(request.url));
  server.addHook('onRequest', async ({ raw, routeOptions }) => {
    if (routeOptions.config.streams !== true) endSlowArrival(raw, arrivalMs);
  });
  server.addHook('onResponse', async (request, reply) => observeRequest(request, reply, { log, metrics }));
  const answerFault = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const coded = asCodedError(error, log.child({ requestId: request.id }));
    // A path that cannot be decoded is refused before any hook runs.
    request.seen = { ...request.seen, code: coded.code };
    const [path = ''] = request.url.split('?', 1);
    const answer = isGraphPath(request.url)
      ? graphqlAnswer(coded)
      : problemAnswer(coded, { path, requestId: request.id });
    return reply.code(answer.status).headers(answer.headers).type(answer.contentType).send(answer.body);
  };
  server.setErrorHandler(answerFault);
  server.setNotFoundHandler((request, reply) => {
    if (request.method === 'OPTIONS')
      return reply.code(204).headers(preflightHeaders(request.headers.origin, settings.corsOrigins)).send();
    const [path = ''] = request.url.split('?', 1);
    const methods = paths.methodsAt(path);
    if (methods.length === 0)
      return answerFault(new CodedError('ROUTE_NOT_FOUND', 'There is nothing at this path.'), request, reply);
    const allow = methods.join(', ');
    const refused = new CodedError('METHOD_NOT_ALLOWED', `This path answers ${allow}.`);
    return answerFault(refused, request, reply.header('allow', allow));
  });
  return server;
}

/** An empty or dot segment, a backslash, an encoded slash: what a proxy in front may have read as another path than we do. */
const ambiguous = /\/\/|\\|%2f|%5c|%00|\/(?:\.|%2e){1,2}(?:\/|$)/i;

function refuseAmbiguousPath(url: string): void {
  const [path = ''] = url.split('?', 1);
  if (ambiguous.test(path))
    throw new CodedError('BAD_REQUEST', 'The path has empty or dot segments, or an encoded slash.');
}
