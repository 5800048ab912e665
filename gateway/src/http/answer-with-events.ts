import { CodedError } from '@tributary/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OperationMessage } from '../subscriptions/client-message.ts';
import type { EventStreams } from '../subscriptions/event-streams.ts';
import { askedIn, askedInUrl } from './asked.ts';
import type { Edge } from './edge.ts';
import { couldBeForeignStream } from './foreign-page.ts';
import { observeStream } from './observed-request.ts';
import { isOurs } from './request-identity.ts';

/**
 * Answers a request for `text/event-stream` that passed the entry. Whatever is wrong with the request is an ordinary answer; what is wrong with its
 * operation is told in the stream.
 * @throws CodedError BAD_REQUEST, and as `EventStreams.open` does
 */
export async function answerWithEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  { edge, events }: { readonly edge: Edge; readonly events: EventStreams },
): Promise<FastifyReply> {
  const { authenticated: identity, id: requestId, raw } = request;
  if (identity === undefined) throw new TypeError('a request reached the graph without passing the entry');
  // An assertion holds for one call, and says nothing of when what it stands for ends.
  if (isOurs(request))
    throw new CodedError('BAD_REQUEST', 'Streams of events take an access token or an API key.');
  const message = messageOf(request);
  if (message.operationName !== undefined) request.seen.operationName = message.operationName;
  const begin = () => {
    request.isStreamed = true;
    // It may stay for days.
    request.leaveUnderWay?.();
    // What it asks was read.
    request.body = undefined;
    reply.raw.once('close', () => observeStream(request, reply, edge.log));
    return reply.hijack().getHeaders();
  };
  await events.open({ request: raw, response: reply.raw, requestId, identity, begin }, message);
  // Nobody is there any more to answer.
  return request.isStreamed ? reply : reply.hijack();
}

function messageOf(request: FastifyRequest): OperationMessage {
  const { method, headers, url, body } = request;
  const search = url.includes('?') ? url.slice(url.indexOf('?')) : '';
  if (method === 'GET') refuseForeignPage(request);
  const { query, operationName, variables, after } = method === 'GET' ? askedInUrl(search) : askedIn(body);
  if (query === undefined)
    throw new CodedError(
      'BAD_REQUEST',
      'Streams of events take the text of the operation; no hash stands for it.',
    );
  const lastSeen = headers['last-event-id'];
  return {
    query,
    operationName,
    variables,
    after,
    lastSeen: typeof lastSeen === 'string' && lastSeen !== '' ? lastSeen : undefined,
    // What is not as it says was refused when it was read.
    fault: undefined,
  };
}

function refuseForeignPage({ headers }: FastifyRequest): void {
  if (headers['apollo-require-preflight'] !== undefined || !couldBeForeignStream(headers)) return;
  throw new CodedError(
    'BAD_REQUEST',
    'A page of another site could have sent this: ask by EventSource, or say apollo-require-preflight: 1.',
  );
}
