import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

export interface HeardEvent {
  readonly type: string;
  readonly data: string;
}

export interface StreamRequest {
  readonly query: string;
  readonly variables?: object;
  readonly extensions?: object;
  /** `EventSource` of browsers knows GET alone. */
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HeardStream extends AsyncDisposable {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** What came instead of events. */
  readonly body: string;
  /** In the order they came. */
  readonly events: readonly HeardEvent[];
  readonly comments: readonly string[];
  /** What a browser would send as Last-Event-ID when it comes back; empty where nothing was said. */
  readonly lastEventId: string;
  /** `cut`: without the end that HTTP gives an answer. */
  readonly state: 'open' | 'ended' | 'cut';
  /** `data` of what `next` events carry. */
  payloads<Data>(): readonly Data[];
  /** Reads no further, or goes on. */
  pause(): void;
  resume(): void;
}

/**
 * Asks for a `text/event-stream` word by word, as a browser or curl does, and reads it by the rules of HTML §9.2.6. Resolves when the answer has
 * begun.
 */
export async function eventStream(url: string, asked: StreamRequest): Promise<HeardStream> {
  const response = await ask(url, asked);
  const events: HeardEvent[] = [];
  const comments: string[] = [];
  let lastEventId = '';
  let state: HeardStream['state'] = 'open';
  const isStream = String(response.headers['content-type']).startsWith('text/event-stream');
  const read = (block: string): void => {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (name === '') comments.push(value);
      else fields.set(name, fields.has(name) ? `${fields.get(name)}\n${value}` : value);
    }
    lastEventId = fields.get('id') ?? lastEventId;
    const data = fields.get('data');
    if (data !== undefined) events.push({ type: fields.get('event') ?? 'message', data });
  };
  let rest = '';
  if (isStream) {
    response.setEncoding('utf8').on('data', (piece: string) => {
      const blocks = `${rest}${piece}`.split('\n\n');
      // Half an event that nothing follows is nothing.
      rest = blocks.pop() ?? '';
      for (const block of blocks) read(block);
    });
    response.on('error', () => undefined);
    response.once('close', () => {
      state = response.complete ? 'ended' : 'cut';
    });
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: isStream ? '' : await text(response),
    events,
    comments,
    get lastEventId() {
      return lastEventId;
    },
    get state() {
      return state;
    },
    payloads: <Data>() =>
      events
        .filter(({ type }) => type === 'next')
        .map(({ data }) => (JSON.parse(data) as { data: Data }).data),
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    [Symbol.asyncDispose]: async () => {
      if (response.destroyed) return;
      response.destroy();
      await once(response, 'close');
    },
  };
}

async function ask(url: string, asked: StreamRequest): Promise<IncomingMessage> {
  const { query, variables, extensions, method = 'POST', headers = {} } = asked;
  const target = new URL('/graphql', url);
  if (method === 'GET')
    for (const [name, value] of Object.entries({ query, variables, extensions }))
      if (value !== undefined)
        target.searchParams.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  const request = httpRequest(target, {
    method,
    agent: false,
    headers: {
      accept: 'text/event-stream',
      ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  });
  request.end(method === 'GET' ? undefined : JSON.stringify({ query, variables, extensions }));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  request.on('error', () => undefined);
  return response;
}
