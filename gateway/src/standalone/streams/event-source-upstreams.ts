import { ExplainedError } from '@tributary/runtime';
import { Agent, request as httpRequest } from 'undici';
import { isJsonObject } from '../../execution/compiled/own-keys.ts';
import { subgraphErrors } from '../../execution/subgraph-errors.ts';
import { GatheredBytes } from '../../http/gathered-bytes.ts';
import { EventSourceReader } from './event-source-reader.ts';
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

type Answered = Awaited<ReturnType<typeof httpRequest>>;

/** Events over SSE: a request for each subscription, answered with its events (GraphQL over SSE, distinct connections mode). */
export class EventSourceUpstreams implements Upstreams {
  /** Between two events may lie any time. */
  readonly #agent = new Agent({ bodyTimeout: 0, headersTimeout: 0, pipelining: 1 });

  async open(upstream: UpstreamRequest, sink: UpstreamSink): Promise<Disposable> {
    const { address, headers } = upstream;
    const gone = new AbortController();
    const overdue = setTimeout(
      () => gone.abort(new ExplainedError(`It did not answer within ${address.timeoutMs} ms.`)),
      address.timeoutMs,
    );
    try {
      const response = await httpRequest(address.url, {
        dispatcher: this.#agent,
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', accept: 'text/event-stream' },
        body: upstream.request.body,
        signal: gone.signal,
      });
      await refuseOthers(response, address.subgraph);
      void follow(response, upstream, {
        sink,
        end: () => gone.abort(new ExplainedError('It was silent for longer than is allowed.')),
      });
      return { [Symbol.dispose]: () => gone.abort() };
    } catch (cause) {
      gone.abort();
      throw cause instanceof RefusedByUpstream ? cause : upstreamAway(address.subgraph, cause);
    } finally {
      clearTimeout(overdue);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
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
