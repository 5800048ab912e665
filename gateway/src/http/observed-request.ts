import type { Logger } from '@tributary/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EdgeMetrics } from './edge-metrics.ts';

export function isGraphPath(url: string): boolean {
  return url === '/graphql' || url.startsWith('/graphql?');
}

/** Measures a request that was answered, and writes its line. */
export function observeRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  { log, metrics }: { readonly log: Logger; readonly metrics: EdgeMetrics },
): void {
  if (request.isStreamed) return;
  const { seen } = request;
  const door = isGraphPath(request.url) ? 'graphql' : (request.routeOptions.url ?? 'none');
  const type = seen.operationType ?? 'none';
  const status = seen.failed === true && reply.statusCode === 200 ? 'errors' : String(reply.statusCode);
  metrics.requestSeconds.observe({ door, type, status }, reply.elapsedTime / 1000);
  if (seen.code !== undefined) metrics.refused.inc({ code: seen.code });
  log.info({ ...factsOf(request, reply), route: door, status: reply.statusCode }, 'request');
}

/** Writes the line of a stream of events that has ended. How long one lasts is no measure of anything. */
export function observeStream(request: FastifyRequest, reply: FastifyReply, log: Logger): void {
  log.info({ ...factsOf(request, reply), route: 'graphql' }, 'stream of events');
}

function factsOf(
  { id, method, seen, caller }: FastifyRequest,
  { elapsedTime }: FastifyReply,
): Readonly<Record<string, unknown>> {
  return {
    requestId: id,
    method,
    durationMs: Math.round(elapsedTime),
    code: seen.code,
    operationName: seen.operationName,
    operationType: seen.operationType,
    principalKind: caller?.kind,
    principalId: caller?.id,
    workspaceId: caller?.workspaceId,
  };
}
