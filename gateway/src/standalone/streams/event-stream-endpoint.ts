import type { IncomingMessage, ServerResponse } from 'node:http';
import { CodedError, type Logger, newId } from '@tributary/runtime';
import { asCodedError, graphqlAnswer } from '../../http/coded-answer.ts';
import type { EventStreams } from '../../subscriptions/event-streams.ts';
import { credentialsOf } from '../../subscriptions/socket-credentials.ts';
import type { SocketDoors } from '../../subscriptions/socket-doors.ts';
import type { AskedRequests } from '../asked-requests.ts';
import type { RequestsUnderWay } from '../requests-under-way.ts';

export interface EventStreamOptions {
  readonly requests: AskedRequests;
  /** With those that are answered in one piece. */
  readonly underWay: RequestsUnderWay;
  readonly doors: Pick<SocketDoors, 'authenticate'>;
  readonly streams: EventStreams;
  /** Streams at once. */
  readonly limit: number;
  readonly log: Logger;
}

/** GraphQL over SSE in distinct connections mode: a request for each operation, answered by `next` events and one `complete`. */
export class EventStreamEndpoint {
  readonly #options: EventStreamOptions;

  constructor(options: EventStreamOptions) {
    this.#options = options;
  }

  /** Answers the request, whatever is wrong with it. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { underWay, streams, log } = this.#options;
    const leave = underWay.enter(response);
    try {
      underWay.refuseBeyond();
      await this.#handle(request, response);
      // From here on it is one of the streams.
      leave();
    } catch (error) {
      const coded = asCodedError(error, log);
      streams.countRefusal(coded.code);
      const { status, headers, contentType, body } = graphqlAnswer(coded);
      if (status === 405) response.setHeader('allow', 'GET, POST');
      if (!request.complete) response.setHeader('connection', 'close');
      response.writeHead(status, { ...headers, 'content-type': contentType }).end(body);
    }
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { requests, doors, streams, limit } = this.#options;
    if (streams.size >= limit)
      throw new CodedError('OVERLOADED', 'Too many streams of events are open.', {
        details: { retryAfterSeconds: 5 },
      });
    streams.refuseForeignPage(request);
    const asked = await requests.read(request);
    const query = requests.textOf(asked);
    const { operationName, variables, after } = asked;
    const identity = await doors.authenticate(credentialsOf({}, request), request);
    await streams.open(
      { request, response, requestId: newId(), identity, begin: () => ({}) },
      { query, operationName, variables, after, fault: undefined },
    );
  }
}
