import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { cable, eventually } from '@tributary/test-kit';
import { describe, expect, it } from 'vitest';
import { defaultStandaloneSettings, type StandaloneSettings } from '../../src/standalone/settings-file.ts';
import { buildStandaloneGateway } from '../../src/standalone/standalone-gateway.ts';
import { silentLog } from '../graph/silent-log.ts';
import { supergraphOf } from './shop.ts';

const sdl = 'type Query { here: Boolean text: String } type Mutation { count: Int }';

interface Asked {
  readonly stream: ServerHttp2Stream;
  /** The how-manieth this is, of all connections. */
  readonly at: number;
  /** Its operation, done now; a count tells how many mutations have been. */
  answer(): void;
}

/** A subgraph of bare frames, which answers as it is told. */
class BareSubgraph implements AsyncDisposable {
  readonly sessions: ServerHttp2Session[] = [];
  readonly #sockets: Socket[] = [];
  asked = 0;
  #done = 0;
  readonly #server: Http2Server;

  private constructor(onAsked: (asked: Asked) => void, maxConcurrentStreams: number) {
    this.#server = createServer({ settings: { maxConcurrentStreams } });
    this.#server.on('connection', (socket: Socket) => this.#sockets.push(socket));
    this.#server.on('session', (session) => {
      this.sessions.push(session);
      session.on('error', () => undefined);
    });
    this.#server.on('stream', (stream) => {
      stream.on('error', () => undefined);
      let text = '';
      stream.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      stream.once('end', () => {
        this.asked += 1;
        const answer = (): void => {
          if (text.includes('mutation')) this.#done += 1;
          stream.respond({ ':status': 200, 'content-type': 'application/json' });
          const long = 'x'.repeat(200_000);
          const data = { count: this.#done, here: true, ...(text.includes('text') ? { text: long } : {}) };
          stream.end(JSON.stringify({ data }));
        };
        onAsked({ stream, at: this.asked, answer });
      });
    });
  }

  static async listening(onAsked: (asked: Asked) => void, maxConcurrentStreams = 100): Promise<BareSubgraph> {
    const subgraph = new BareSubgraph(onAsked, maxConcurrentStreams);
    await new Promise<void>((resolve) =>
      subgraph.#server.listen({ port: 0, host: '127.0.0.1' }, () => resolve()),
    );
    return subgraph;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/graphql`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** The gateway before it, and how one asks. */
async function over(subgraph: { readonly url: string }, different: Partial<StandaloneSettings> = {}) {
  const gateway = buildStandaloneGateway({
    supergraphSdl: supergraphOf({ only: { sdl, url: subgraph.url } }),
    settings: {
      ...defaultStandaloneSettings,
      dedupe: false,
      ...different,
      subgraphs: { only: { headers: { forward: [], set: {} }, h2: true } },
    },
    log: silentLog,
  });
  const { url } = await gateway.listen({ port: 0, host: '127.0.0.1' });
  return {
    ask: async (query: string): Promise<unknown> => {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ query });
      return (await fetch(`${url}/graphql`, { method: 'POST', headers, body })).json();
    },
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}

describe('a subgraph that retires an HTTP/2 connection', () => {
  it('is asked once more over another one for what it has not begun with, be it a mutation', async () => {
    await using subgraph = await BareSubgraph.listening(({ stream, at, answer }) => {
      if (at !== 2) return answer();
      // It has begun with the first stream of this connection (1), and with none after it.
      stream.session?.goaway(0, 1);
      stream.session?.close();
    });
    await using gateway = await over(subgraph);
    expect(await gateway.ask('{ here }')).toEqual({ data: { here: true } });
    expect(await gateway.ask('mutation { count }')).toEqual({ data: { count: 1 } });
    expect(subgraph.sessions).toHaveLength(2);
  });

  it('ends there what it has begun with, once, while others go over another one', async () => {
    const held: Asked[] = [];
    await using subgraph = await BareSubgraph.listening((asked) => {
      if (asked.stream.session === subgraph.sessions[0]) held.push(asked);
      else asked.answer();
    });
    await using gateway = await over(subgraph);
    const questions = ['mutation { count }', ...Array.from({ length: 20 }, (_, at) => `{ here } # ${at}`)];
    const begun = questions.map((query) => gateway.ask(query));
    await eventually(() => expect(held).toHaveLength(21));
    const [first] = subgraph.sessions;
    first?.goaway();
    await eventually(async () => {
      expect(await gateway.ask('{ here }')).toEqual({ data: { here: true } });
      expect(subgraph.sessions).toHaveLength(2);
    });
    for (const { answer } of held) answer();
    const [mutation, ...queries] = await Promise.all(begun);
    expect(mutation).toEqual({ data: { count: 1 } });
    for (const answer of queries) expect(answer).toEqual({ data: { here: true } });
    await eventually(() => expect(first?.destroyed).toBe(true));
  });
});

describe('streams of one HTTP/2 connection', () => {
  it('are as many as the subgraph takes; more go over more connections, as far as one may have them', async () => {
    const held: Asked[] = [];
    await using subgraph = await BareSubgraph.listening((asked) => {
      if (asked.at === 1) asked.answer();
      else held.push(asked);
    }, 2);
    await using gateway = await over(subgraph, { connections: 3 });
    expect(await gateway.ask('{ here }')).toEqual({ data: { here: true } });
    const asked = Array.from({ length: 8 }, (_, at) => gateway.ask(`{ here } # ${at}`));
    await eventually(() => expect(held).toHaveLength(6));
    expect(subgraph.sessions).toHaveLength(3);
    for (let at = 0; at < 8; at += 1) {
      await eventually(() => expect(held.length).toBeGreaterThan(at));
      held[at]?.answer();
    }
    for (const answer of await Promise.all(asked)) expect(answer).toEqual({ data: { here: true } });
    expect(subgraph.sessions).toHaveLength(3);
  });

  it('end alone: an answer that is larger than it may be costs no other', async () => {
    const held: Asked[] = [];
    await using subgraph = await BareSubgraph.listening((asked) => {
      held.push(asked);
      if (held.length === 2) for (const each of held) each.answer();
    });
    await using gateway = await over(subgraph, { answerBytes: 100_000 });
    const [large, small] = await Promise.all([gateway.ask('{ text }'), gateway.ask('mutation { count }')]);
    expect(large).toMatchObject({ data: { text: null }, errors: [{ path: ['text'] }] });
    expect(small).toEqual({ data: { count: 1 } });
    expect(subgraph.sessions).toHaveLength(1);
  });
});

it('a connection whose other end is silent is given up once it answers no ping, and the next question goes over another', async () => {
  await using subgraph = await BareSubgraph.listening(({ answer }) => answer());
  await using between = await cable(subgraph.url);
  await using gateway = await over({ url: `${between.url}/graphql` }, { timeoutMs: 500 });
  expect(await gateway.ask('{ here }')).toEqual({ data: { here: true } });
  between.silence();
  expect(await gateway.ask('{ here } # silent')).toMatchObject({
    errors: [{ extensions: { code: 'DEADLINE_EXCEEDED' } }],
  });
  await eventually(async () =>
    expect(await gateway.ask('{ here } # again')).toEqual({ data: { here: true } }),
  );
  expect(between.connections).toBe(2);
});
