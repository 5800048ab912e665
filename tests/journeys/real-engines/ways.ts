import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';

/** What happens to all connections of a way, in the words of Toxiproxy (https://github.com/Shopify/toxiproxy#toxics). */
export type Trouble =
  | { readonly type: 'latency'; readonly attributes: { readonly latency: number } }
  /** Every connection is reset, new ones too. */
  | { readonly type: 'reset_peer'; readonly attributes: { readonly timeout: 0 } }
  /** Nothing comes through, and connections stay: packets are dropped. They end when the trouble does. */
  | { readonly type: 'timeout'; readonly attributes: { readonly timeout: 0 } };

/** The three kinds of trouble that tests make. */
export const troubles = {
  slow: { type: 'latency', attributes: { latency: 5_000 } },
  cut: { type: 'reset_peer', attributes: { timeout: 0 } },
  silent: { type: 'timeout', attributes: { timeout: 0 } },
} as const satisfies Readonly<Record<string, Trouble>>;

/** Ways to engines that a test can make slow, or cut. */
export interface Ways extends AsyncDisposable {
  /** The URL of the same engine by a way of its own; `from` is the address it begins at, a free port when absent. */
  through(engine: string, url: string, from?: string): Promise<string>;
  /** Until it is disposed: in both directions, or what is late on its way back alone. */
  trouble(engine: string, trouble: Trouble): Promise<AsyncDisposable>;
}

/** `owner` tells who reads the proxy's list whose ways they are; their names differ from those of every other run, which may have been killed before it took its own away. */
export function openWays(proxyUrl: string, owner: string): Ways {
  const made = new Set<string>();
  const run = randomUUID().slice(0, 8);
  const ask = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(new URL(path, proxyUrl), {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    expect(answer.ok, `${method} ${path}: ${text}`).toBe(true);
    return text === '' ? undefined : JSON.parse(text);
  };
  const nameOf = (engine: string): string => `${owner}-${run}-${engine}`;
  /** An address that is always the same may have been left to a run that was killed. */
  const freed = async (from: string): Promise<void> => {
    const proxies = (await ask('GET', '/proxies')) as Readonly<Record<string, { readonly listen: string }>>;
    for (const [name, { listen }] of Object.entries(proxies))
      if (listen === from) await ask('DELETE', `/proxies/${name}`);
  };
  return {
    through: async (engine, url, from = '127.0.0.1:0') => {
      const to = new URL(url);
      const name = nameOf(engine);
      if (!from.endsWith(':0')) await freed(from);
      const proxy = { name, listen: from, upstream: to.host, enabled: true };
      const { listen } = (await ask('POST', '/proxies', proxy)) as { readonly listen: string };
      made.add(name);
      to.host = listen;
      return to.href;
    },
    trouble: async (engine, trouble) => {
      const toxics = `/proxies/${nameOf(engine)}/toxics`;
      const streams = trouble.type === 'latency' ? ['downstream'] : ['upstream', 'downstream'];
      for (const stream of streams) await ask('POST', toxics, { name: stream, stream, ...trouble });
      return {
        [Symbol.asyncDispose]: async () => {
          for (const stream of streams) await ask('DELETE', `${toxics}/${stream}`);
        },
      };
    },
    [Symbol.asyncDispose]: async () => {
      for (const name of made) await ask('DELETE', `/proxies/${name}`);
    },
  };
}
