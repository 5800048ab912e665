import type { IncomingMessage, ServerResponse } from 'node:http';
import { CodedError, type Logger, newId } from '@tributary/runtime';
import { asGraphQLError, maskError, type Principal } from '@tributary/subgraph-kit';
import type { GraphQLFormattedError } from 'graphql';
import { RefusedOperation } from '../../execution/refused-operation.ts';
import { asCodedError, graphqlAnswer } from '../../http/coded-answer.ts';
import type { SocketDoors } from '../../subscriptions/socket-doors.ts';
import type { EndedSubscriber } from '../../subscriptions/subscriber.ts';
import type { AskedRequests } from '../asked-requests.ts';
import { anonymous } from '../nobody.ts';
import { askerOf } from './asker.ts';
import type { StreamGroups } from './stream-groups.ts';

export interface EventStreamOptions {
  readonly requests: AskedRequests;
  readonly doors: SocketDoors;
  readonly groups: StreamGroups;
  readonly forwardedNames: readonly string[];
  /** Streams at once. */
  readonly limit: number;
  /** What may wait for a client that reads slowly. */
  readonly bufferedBytes: number;
  readonly log: Logger;
}

/** Proxies close what is silent for a minute, some sooner. */
const aliveEveryMs = 12_000;

/** GraphQL over SSE in distinct connections mode: a request for each operation, answered by `next` events and one `complete`. */
export class EventStreamEndpoint {
  readonly #options: EventStreamOptions;
  readonly #streams = new Set<EventStream>();

  constructor(options: EventStreamOptions) {
    this.#options = options;
  }

  /** Answers the request, whatever is wrong with it. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#handle(request, response);
    } catch (error) {
      const { status, headers, contentType, body } = graphqlAnswer(asCodedError(error, this.#options.log));
      if (!request.complete) response.setHeader('connection', 'close');
      response.writeHead(status, { ...headers, 'content-type': contentType }).end(body);
    }
  }

  /** Ends every stream, so that its client comes back elsewhere. */
  close(): void {
    for (const stream of this.#streams) stream.end();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { requests, doors, groups, forwardedNames, bufferedBytes, limit, log } = this.#options;
    if (this.#streams.size >= limit)
      throw new CodedError('OVERLOADED', 'Too many streams of events are open.', {
        details: { retryAfterSeconds: 5 },
      });
    const asked = await requests.read(request);
    const query = requests.textOf(asked);
    const { operationName, variables } = asked;
    const stream = new EventStream(response, bufferedBytes, log);
    this.#streams.add(stream);
    response.once('close', () => this.#streams.delete(stream));
    try {
      const operation = { query, operationName, variables };
      const { kind, document } = await doors.accept(operation, anonymous);
      if (kind === 'mutation' && request.method === 'GET')
        throw new CodedError('METHOD_NOT_ALLOWED', 'Mutations are sent with POST; GET is for queries.');
      const asker = askerOf(forwardedNames, request);
      if (kind === 'subscription') {
        const { forwarded, key: askerKey } = asker;
        stream.serves(await groups.start({ ...operation, forwarded, askerKey }, stream, () => stream.isGone));
        return;
      }
      const result = await doors.execute({
        ...operation,
        document,
        principal: anonymous,
        requestId: newId(),
        clientAddress: doors.addressOf(request),
        asker,
        signal: stream.gone,
      });
      stream.deliver(Buffer.from(`${JSON.stringify(result)}}`));
      stream.complete();
    } catch (error) {
      stream.refuse(
        error instanceof RefusedOperation ? error.errors : [maskError(asGraphQLError(error), log).toJSON()],
      );
    }
  }
}

/** One answer that is a stream of events. */
class EventStream implements EndedSubscriber {
  readonly principal: Principal = anonymous;
  readonly #response: ServerResponse;
  readonly #bufferedBytes: number;
  readonly #gone = new AbortController();
  #serving: Disposable | undefined;
  #alive: NodeJS.Timeout | undefined;

  constructor(response: ServerResponse, bufferedBytes: number, log: Logger) {
    this.#response = response;
    this.#bufferedBytes = bufferedBytes;
    response.once('close', () => this.#leave());
    response.on('error', (err) => log.debug({ err }, 'a stream of events was cut'));
  }

  get isGone(): boolean {
    return this.#gone.signal.aborted;
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  serves(serving: Disposable | undefined): void {
    this.#serving = serving;
    if (this.isGone) serving?.[Symbol.dispose]();
  }

  accepted(): void {
    this.#write(':\n\n');
    this.#alive = setInterval(() => this.#write(':\n\n'), aliveEveryMs);
  }

  /** The payload ends with the brace that a socket's message needs. */
  deliver(payload: Buffer): void {
    this.#write(Buffer.concat([nextEvent, payload.subarray(0, -1), endOfEvent]));
  }

  refuse(errors: readonly GraphQLFormattedError[]): void {
    this.deliver(Buffer.from(`${JSON.stringify({ errors })}}`));
    this.complete();
  }

  complete(): void {
    this.#write('event: complete\ndata:\n\n');
    this.end();
  }

  interrupt(): void {
    this.end();
  }

  get isBehind(): boolean {
    return this.#response.writableNeedDrain && !this.isGone;
  }

  async drained(): Promise<void> {
    if (!this.isBehind) return;
    await new Promise<void>((resolve) => {
      this.#response.once('drain', resolve);
      this.#response.once('close', resolve);
    });
  }

  /** Without `complete`: clients take it as cut, and come back. */
  end(): void {
    this.#response.end();
    this.#leave();
  }

  #write(text: string | Buffer): void {
    const response = this.#response;
    if (this.isGone || response.writableEnded) return;
    if (!response.headersSent)
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
        'x-content-type-options': 'nosniff',
      });
    response.write(text);
    // Cut rather than ended: a client that lost events must not believe that there were none.
    if (response.writableLength > this.#bufferedBytes) response.destroy();
  }

  #leave(): void {
    clearInterval(this.#alive);
    this.#gone.abort();
    this.#serving?.[Symbol.dispose]();
  }
}

const nextEvent = Buffer.from('event: next\ndata: ');
const endOfEvent = Buffer.from('\n\n');
