import { z } from 'zod/mini';
import { Refusal } from '../graph/refusal.ts';
import { dropAllDrafts } from './drafts.ts';
import { forgetWhatWasAsked } from './kept-here.ts';

/** Where whoever sits here stands: not yet known, not to be learnt because the gateway is away, nobody, or somebody. */
export type Standing = 'unknown' | 'unreachable' | 'signed-out' | 'signed-in';

interface AccessToken {
  readonly text: string;
  /** By the clock of this document, which nobody sets. */
  readonly endsAtMs: number;
}

const tokenAnswer = z.object({ accessToken: z.string() });
/** RFC 7519: when it was made and when it ends, in seconds of the server's clock. */
const tokenClaims = z.object({ iat: z.number(), exp: z.number() });

/** A token that ends sooner is replaced before it is used: requests take time. */
const spareMs = 30_000;
/** Says that a cookie may be there, which scripts cannot see: strangers are not asked to refresh what they never had. */
const hintKey = 'tributary.signed-in';
/** Says that somebody signed out here, and why their session goes on. */
const unendedKey = 'tributary.session-unended';
/** Whoever is here after that has gone nowhere: it was a download. */
const elsewhereWithinMs = 3_000;
/** A gateway that answers nothing is away. */
const endWithinMs = 10_000;

/** Why a session goes on that somebody left here: the gateway was not reached, and is told yet; or it has taken the cookie away, and could do no more. */
export type Unended = 'unreached' | 'refused';

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
    this.#tabs.onmessage = ({ data }) => {
      if (data === 'signed-out') dropAllDrafts();
      this.#startAnew();
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly standing = (): Standing => this.#standing;

  /** Of whoever signed out here last; undefined when it has ended. */
  readonly unended = (): Unended | undefined => {
    const why = localStorage.getItem(unendedKey);
    return why === 'unreached' || why === 'refused' ? why : undefined;
  };

  /** Takes up the session of an earlier visit, where there is one. */
  async start(): Promise<void> {
    if (localStorage.getItem(hintKey) === null) {
      this.#stand('signed-out');
      await this.endWhatIsLeft();
    } else await this.token().catch(() => this.#stand('unreachable'));
  }

  /** @throws Refusal when address and password do not fit, or too many tries were made. */
  async signIn(email: string, password: string): Promise<void> {
    const askedAtMs = performance.now();
    // Not while the session before is ended: what that answers takes the cookie of this one away.
    const answer = await oneTabAtATime(() => call('POST', '/studio/session', { email, password }));
    localStorage.removeItem(unendedKey);
    this.#take(answer, askedAtMs);
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
    this.#leave();
    let goesElsewhere = false;
    addEventListener('beforeunload', () => {
      goesElsewhere = true;
    });
    // Until it is known: the page may be left meanwhile.
    localStorage.setItem(unendedKey, 'unreached');
    this.#forget();
    await this.#endSession();
    // What was typed until the answer came.
    this.#forget();
    this.#tabs.postMessage('signed-out');
    // To load this page anew would take whoever goes elsewhere meanwhile back to it.
    if (goesElsewhere) setTimeout(() => this.#startAnew(), elsewhereWithinMs);
    else this.#startAnew();
  }

  /** Tells the gateway of whoever signed out here while it was away. */
  async endWhatIsLeft(): Promise<void> {
    await oneTabAtATime(async () => {
      if (this.unended() === 'unreached') await this.#endSession();
    });
    this.#tell();
  }

  /** Works with a token of another workspace from now on; the session itself has moved there. */
  switchTo(answer: { readonly accessToken: string }): void {
    // It came some while after it was made; what is spared bears that.
    this.#take(answer, performance.now());
    this.#tabs.postMessage('changed');
  }

  /** A token good for a request now; undefined when nobody is signed in any more. */
  async token(): Promise<string | undefined> {
    if (this.#token !== undefined && this.#token.endsAtMs - performance.now() > spareMs)
      return this.#token.text;
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
      const askedAtMs = performance.now();
      const renewed = await call('POST', '/studio/session/refresh');
      // Signed out meanwhile: what came is of a session that ends.
      if (stay.aborted) return undefined;
      this.#take(renewed, askedAtMs);
      this.#stand('signed-in');
      return this.#token;
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'UNAUTHENTICATED') throw error;
      const wasHere = this.#standing === 'signed-in';
      this.#leave();
      if (wasHere) this.#startAnew();
      else this.#tell();
      return undefined;
    }
  }

  /** Its lifetime is what it says itself: a clock that is set wrong here would see it end early, or never. */
  #take(answer: unknown, askedAtMs: number): void {
    const { accessToken } = tokenAnswer.parse(answer);
    const { iat, exp } = tokenClaims.parse(JSON.parse(claimsIn(accessToken)));
    this.#token = { text: accessToken, endsAtMs: askedAtMs + (exp - iat) * 1_000 };
    localStorage.setItem(hintKey, '1');
  }

  async #endSession(): Promise<void> {
    try {
      await call('DELETE', '/studio/session');
      localStorage.removeItem(unendedKey);
    } catch (error) {
      const wasReached = error instanceof Refusal && error.code !== 'UNREACHABLE';
      localStorage.setItem(unendedKey, wasReached ? 'refused' : 'unreached');
    }
  }

  #forget(): void {
    forgetWhatWasAsked();
    dropAllDrafts();
  }

  #leave(): void {
    this.#stay.abort();
    this.#stay = new AbortController();
    this.#token = undefined;
    this.#standing = 'signed-out';
    localStorage.removeItem(hintKey);
  }

  /** In a new document: what was read, followed and uploaded in this one belongs to whoever was here. */
  #startAnew(): void {
    this.#stay.abort();
    this.#standing = 'signed-out';
    location.reload();
  }

  #stand(standing: Standing): void {
    this.#standing = standing;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Browsers lock for secure contexts only. Elsewhere two tabs may refresh at once, which identity bears for ten seconds. */
async function oneTabAtATime<Result>(work: () => Promise<Result>): Promise<Result> {
  return isSecureContext ? navigator.locks.request('tributary.session', work) : work();
}

/** The middle one of its three parts, in base64url (RFC 7515 §3.1). */
function claimsIn(token: string): string {
  return atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'));
}

async function call(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(path, {
    method,
    ...(method === 'POST'
      ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) }
      : // What ends a session arrives although the page is left meanwhile.
        { keepalive: true, signal: AbortSignal.timeout(endWithinMs) }),
  }).catch((cause: unknown) => {
    throw Refusal.ofNetwork(cause);
  });
  if (response.ok) return response.status === 204 ? undefined : response.json();
  // What is no problem document is not of the gateway: of a proxy before it, which does not reach it.
  throw Refusal.ofProblem(
    await response.json().catch((cause: unknown) => {
      throw Refusal.ofNetwork(cause);
    }),
  );
}
