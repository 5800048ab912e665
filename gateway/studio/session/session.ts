import { z } from 'zod/mini';
import { Refusal } from '../graph/refusal.ts';
import { forgetWhatWasAsked } from './kept-here.ts';

/** Where whoever sits here stands: not yet known, not to be learnt because the gateway is away, nobody, or somebody. */
export type Standing = 'unknown' | 'unreachable' | 'signed-out' | 'signed-in';

interface AccessToken {
  readonly text: string;
  readonly expiresAtMs: number;
}

const tokenAnswer = z.object({ accessToken: z.string(), accessTokenExpiresAt: z.string() });

/** A token that ends sooner is replaced before it is used: requests take time. */
const spareMs = 30_000;
/** Says that a cookie may be there, which scripts cannot see: strangers are not asked to refresh what they never had. */
const hintKey = 'tributary.signed-in';

/**
 * The session of this tab. The access token is in memory alone; the refresh token is in a cookie scripts cannot read. One tab
 * at a time refreshes, and what one tab does to the session, all do.
 */
export class Session {
  #standing: Standing = 'unknown';
  #token: AccessToken | undefined;
  #refreshing: Promise<AccessToken | undefined> | undefined;
  #stay = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #tabs = new BroadcastChannel('tributary.session');

  constructor() {
    // Whoever is signed in now, and where, may be somebody or somewhere else: start again from the cookie.
    this.#tabs.onmessage = () => location.reload();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly standing = (): Standing => this.#standing;

  /** Takes up the session of an earlier visit, where there is one. */
  async start(): Promise<void> {
    if (localStorage.getItem(hintKey) === null) this.#stand('signed-out');
    else await this.token().catch(() => this.#stand('unreachable'));
  }

  /** @throws Refusal when address and password do not fit, or too many tries were made. */
  async signIn(email: string, password: string): Promise<void> {
    this.#take(await call('POST', '/studio/session', { email, password }));
    this.#stand('signed-in');
    this.#tabs.postMessage('changed');
  }

  /** Aborted when whoever is signed in now signs out: what is asked for them is not waited for. */
  get stay(): AbortSignal {
    return this.#stay.signal;
  }

  async signOut(): Promise<void> {
    // First, because the gateway refuses what is still under way for a session that has ended, and whoever turns away at once comes back to a page
    // that must not look for it.
    this.#stay.abort();
    this.#stay = new AbortController();
    this.#token = undefined;
    this.#standing = 'signed-out';
    localStorage.removeItem(hintKey);
    await call('DELETE', '/studio/session').catch(() => undefined);
    forgetWhatWasAsked();
    this.#tabs.postMessage('changed');
    this.#end();
  }

  /** Works with a token of another workspace from now on; the session itself has moved there. */
  switchTo(answer: { readonly accessToken: string; readonly accessTokenExpiresAt: string }): void {
    this.#take(answer);
    this.#tabs.postMessage('changed');
  }

  /** A token good for a request now; undefined when nobody is signed in any more. */
  async token(): Promise<string | undefined> {
    if (this.#token !== undefined && this.#token.expiresAtMs - Date.now() > spareMs) return this.#token.text;
    return this.renewed(this.#token?.text);
  }

  /** A token other than `refused`, which the gateway would not take. */
  async renewed(refused: string | undefined): Promise<string | undefined> {
    if (this.#token !== undefined && this.#token.text !== refused) return this.#token.text;
    if (this.#standing === 'signed-out') return undefined;
    this.#refreshing ??= oneTabAtATime(() => this.#refresh()).finally(() => {
      this.#refreshing = undefined;
    });
    return (await this.#refreshing)?.text;
  }

  async #refresh(): Promise<AccessToken | undefined> {
    try {
      const { stay } = this;
      const renewed = await call('POST', '/studio/session/refresh');
      // Signed out meanwhile: what came is of a session that ends.
      if (stay.aborted) return undefined;
      this.#take(renewed);
      this.#stand('signed-in');
      return this.#token;
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'UNAUTHENTICATED') throw error;
      this.#end();
      return undefined;
    }
  }

  #take(answer: unknown): void {
    const { accessToken, accessTokenExpiresAt } = tokenAnswer.parse(answer);
    this.#token = { text: accessToken, expiresAtMs: Date.parse(accessTokenExpiresAt) };
    localStorage.setItem(hintKey, '1');
  }

  #end(): void {
    this.#token = undefined;
    localStorage.removeItem(hintKey);
    this.#stand('signed-out');
  }

  #stand(standing: Standing): void {
    this.#standing = standing;
    for (const listener of this.#listeners) listener();
  }
}

/** Browsers lock for secure contexts only. Elsewhere two tabs may refresh at once, which identity bears for ten seconds. */
async function oneTabAtATime<Result>(work: () => Promise<Result>): Promise<Result> {
  return isSecureContext ? navigator.locks.request('tributary.session', work) : work();
}

async function call(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(path, {
    method,
    // What ends a session arrives although the page is left meanwhile.
    keepalive: method === 'DELETE',
    ...(method === 'POST'
      ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) }
      : {}),
  }).catch((cause: unknown) => {
    throw Refusal.ofNetwork(cause);
  });
  if (response.ok) return response.status === 204 ? undefined : response.json();
  throw Refusal.ofProblem(await response.json().catch(() => ({})));
}
