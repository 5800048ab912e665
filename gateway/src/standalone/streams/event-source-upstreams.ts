import { ExplainedError } from '@tributary/runtime';
import { Agent, request as httpRequest } from 'undici';
import { isJsonObject } from '../../execution/compiled/own-keys.ts';
import { subgraphErrors } from '../../execution/subgraph-errors.ts';
import { GatheredBytes } from '../../http/gathered-bytes.ts';
import { Http2Connections } from '../http2-connections.ts';
import { streamedExchange } from '../streamed-exchange.ts';
import { EventSourceReader } from './event-source-reader.ts';
import type { StreamAddress } from './stream-address.ts';
import { StreamSilence } from './stream-silence.ts';
import {
  eventAnswer,
  eventLimitBytes,
  RefusedByUpstream,
  refusedWith,
  type UpstreamRequest,
  type UpstreamSink,
  type Upstreams,
  upstreamAway,
} from './upstream.ts';

type Answered = Pick<Awaited<ReturnType<typeof httpRequest>>, 'statusCode' | 'headers'> & {
  readonly body: AsyncIterable<Buffer>;
};

/** Connections over HTTP/2 to one origin, and how many streams of events there are on them. */
interface SharedConnections {
  readonly connections: Http2Connections;
  inUse: number;
}

/** Events over SSE: a request for each subscription, answered with its events (GraphQL over SSE, distinct connections mode). */
export class EventSourceUpstreams implements Upstreams {
  /** Between two events may lie any time. */
  readonly #agent = new Agent({ bodyTimeout: 0, headersTimeout: 0, pipelining: 1 });
  readonly #overHttp2 = new Map<string, SharedConnections>();
  readonly #open = new Set<AbortController>();

  async open(upstream: UpstreamRequest, sink: UpstreamSink): Promise<Disposable> {
    const { address } = upstream;
    const gone = new AbortController();
    const overdue = setTimeout(
      () => gone.abort(new ExplainedError(`It did not answer within ${address.timeoutMs} ms.`)),
      address.timeoutMs,
    );
    this.#open.add(gone);
    try {
      const response = await this.#asked(upstream, gone.signal);
      await refuseOthers(response, address.subgraph);
      const followed = follow(response, upstream, {
        sink,
        end: () => gone.abort(new ExplainedError('It was silent for longer than is allowed.')),
      });
      void followed.finally(() => this.#open.delete(gone));
      return { [Symbol.dispose]: () => gone.abort() };
    } catch (cause) {
      gone.abort();
      this.#open.delete(gone);
      throw cause instanceof RefusedByUpstream ? cause : upstreamAway(address.subgraph, cause);
    } finally {
      clearTimeout(overdue);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const gone of this.#open) gone.abort();
    const closing = [...this.#overHttp2.values()].map(({ connections }) => connections.close());
    await Promise.all([this.#agent.destroy(), ...closing]);
  }

  #asked(
    { address, headers: own, request: { body } }: UpstreamRequest,
    signal: AbortSignal,
  ): Promise<Answered> {
    const fixed = {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'accept-encoding': 'identity',
    };
    const headers = { ...own, ...fixed };
    if (address.h2Connections !== undefined) return this.#askedOverHttp2(address, { headers, body }, signal);
    return httpRequest(address.url, { dispatcher: this.#agent, method: 'POST', headers, body, signal });
  }

  async #askedOverHttp2(
    { url, h2Connections = 1 }: StreamAddress,
    { headers, body }: { readonly headers: Record<string, string>; readonly body: string },
    signal: AbortSignal,
  ): Promise<Answered> {
    const { origin, pathname, search } = new URL(url);
    const shared = this.#overHttp2.get(origin) ?? {
      connections: new Http2Connections({
        origin,
        connections: h2Connections,
        answerBytes: Number.POSITIVE_INFINITY,
        older: {
          dispatch: (post, handler) =>
            void this.#agent.dispatch(
              { ...post, origin, method: 'POST', headers: post.headers as string[] },
              handler as never,
            ),
          close: async () => undefined,
        },
      }),
      inUse: 0,
    };
    this.#overHttp2.set(origin, shared);
    shared.inUse += 1;
    const left = (): void => {
      shared.inUse -= 1;
      if (shared.inUse > 0) return;
      if (this.#overHttp2.get(origin) === shared) this.#overHttp2.delete(origin);
      void shared.connections.close();
    };
    const post = { path: `${pathname}${search}`, headers: Object.entries(headers).flat(), body };
    try {
      const answer = await streamedExchange(shared.connections, post, signal);
      answer.body.once('close', left);
      return answer;
    } catch (error) {
      left();
      throw error;
    }
  }
}

/** @throws RefusedByUpstream or Error for an answer that is no stream of events. */
async function refuseOthers({ statusCode, headers, body }: Answered, subgraph: string): Promise<void> {
  if (statusCode === 200 && String(headers['content-type']).startsWith('text/event-stream')) return;
  const said = await shortJson(body);
  const errors = subgraphErrors(isJsonObject(said) ? said['errors'] : undefined, {});
  if (errors.length > 0) throw new RefusedByUpstream(errors);
  const refused = refusedWith(statusCode, undefined);
  if (refused.length > 0) throw new RefusedByUpstream(refused);
  throw new ExplainedError(`The subgraph ${subgraph} answered ${statusCode} without events.`);
}

/** Undefined where it is none, or longer than anybody writes who refuses. */
export async function shortJson(body: AsyncIterable<Buffer>): Promise<unknown> {
  const said = new GatheredBytes();
  try {
    for await (const piece of body) {
      said.add(piece);
      if (said.length > eventLimitBytes) return undefined;
    }
    return JSON.parse(said.whole().toString());
  } catch {
    return undefined;
  }
}

async function follow(
  { body }: Answered,
  { address }: UpstreamRequest,
  { sink, end }: { readonly sink: UpstreamSink; readonly end: () => void },
): Promise<void> {
  using silence = new StreamSilence(address.idleMs, end);
  const reader = new EventSourceReader(eventLimitBytes);
  try {
    for await (const piece of body) {
      const commentsBefore = reader.comments;
      const events = reader.push(piece as Uint8Array);
      silence.heard(reader.comments > commentsBefore);
      for (const { type, data } of events) {
        if (type === 'next')
          sink.next(eventAnswer(address.subgraph, JSON.parse(data)), Buffer.byteLength(data));
        else if (type === 'complete') {
          sink.completed();
          return;
        }
      }
    }
    sink.cut(new ExplainedError('The stream ended without saying that it was complete.'));
  } catch (cause) {
    // Cut, or nothing that could be read: the same to whoever waits.
    sink.cut(cause instanceof Error ? cause : new ExplainedError('The stream was cut.'));
  }
}
