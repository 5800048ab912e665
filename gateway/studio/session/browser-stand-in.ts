import { vi } from 'vitest';

export interface Answer {
  readonly status: number;
  readonly body?: object;
}

/** What a document has of its browser, for what runs without one; `answer` says what the gateway's session routes do. */
export interface Document {
  /** How often the document was left for a new one. */
  reloads: number;
  readonly kept: Map<string, string>;
  readonly asked: string[];
  /** Somebody goes to another page: what listens for that is told. */
  goElsewhere: () => void;
}

/** Call `vi.unstubAllGlobals()` after each test. */
export function openDocument(
  answer: (method: string, path: string) => Answer | Promise<Answer>,
  kept = new Map<string, string>(),
): Document {
  const document: Document = {
    reloads: 0,
    kept,
    asked: [],
    goElsewhere: () => undefined,
  };
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
    removeItem: (key: string) => void kept.delete(key),
  });
  vi.stubGlobal('sessionStorage', {});
  vi.stubGlobal('location', {
    href: 'http://nowhere.test/studio/',
    reload: () => {
      document.reloads += 1;
    },
  });
  vi.stubGlobal('addEventListener', (type: string, listener: () => void) => {
    if (type === 'beforeunload') document.goElsewhere = listener;
  });
  vi.stubGlobal('isSecureContext', false);
  vi.stubGlobal(
    'BroadcastChannel',
    class {
      postMessage(): void {
        // There is no other tab.
      }
    },
  );
  vi.stubGlobal('fetch', async (path: string, { method = 'GET' }: RequestInit = {}) => {
    document.asked.push(`${method} ${path}`);
    const { status, body } = await answer(method, path);
    if (status === 0) throw new TypeError('the network is away');
    return body === undefined ? new Response(null, { status }) : Response.json(body, { status });
  });
  return document;
}

/** An access token as identity makes them; whose it is and which, to tell them apart. */
export function tokenOf(who: string, { madeAtMs = Date.now(), livesMs = 600_000 } = {}): string {
  const iat = Math.floor(madeAtMs / 1_000);
  return `${who}.${btoa(JSON.stringify({ iat, exp: iat + livesMs / 1_000 }))}.signature`;
}
