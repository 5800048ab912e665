import type { JobQueue, KeptPrincipal, RunPrincipal } from '@tributary/job-queue';
import type { Clock } from '@tributary/runtime';

export interface RightsParts {
  readonly queue: Pick<JobQueue, 'principalsNow'>;
  readonly clock: Clock;
}

type Found = Promise<RunPrincipal | undefined>;

interface Waiting {
  readonly kept: KeptPrincipal;
  readonly resolve: (found: RunPrincipal | undefined) => void;
  readonly reject: (cause: unknown) => void;
}

/** So long rights may have been taken away without a run noticing it; an import asks hundreds of times meanwhile. */
const rememberedMs = 1_000;
const mostRemembered = 10_000;

/**
 * The rights with which runs act, looked up when they act and remembered for a second. Who asks in the same turn of the event loop shares a
 * statement, and runs that act for the same principal share an answer. What could not be looked up is not remembered.
 */
export class RightsOfRuns {
  readonly #parts: RightsParts;
  readonly #known = new Map<string, { readonly found: Found; readonly untilMs: number }>();
  #waiting: Waiting[] = [];

  constructor(parts: RightsParts) {
    this.#parts = parts;
  }

  /** Undefined when they have none left. @throws CodedError ENGINE_UNAVAILABLE */
  of({ workspaceId, principal }: KeptPrincipal): Found {
    const nowMs = this.#parts.clock.monotonicMs();
    // Stored scopes and roles are no part of who it is.
    const key = JSON.stringify([workspaceId, principal.kind, principal.id]);
    const known = this.#known.get(key);
    if (known !== undefined && known.untilMs > nowMs) return known.found;
    if (this.#known.size >= mostRemembered) this.#known.clear();
    const found = this.#ask({ workspaceId, principal });
    const entry = { found, untilMs: nowMs + rememberedMs };
    this.#known.set(key, entry);
    found.catch(() => {
      if (this.#known.get(key) === entry) this.#known.delete(key);
    });
    return found;
  }

  #ask(kept: KeptPrincipal): Found {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ kept, resolve, reject });
      if (this.#waiting.length === 1) setImmediate(() => void this.#lookUp());
    });
  }

  async #lookUp(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    try {
      const found = await this.#parts.queue.principalsNow(waiting.map(({ kept }) => kept));
      for (const [n, { resolve }] of waiting.entries()) resolve(found[n]);
    } catch (cause) {
      for (const { reject } of waiting) reject(cause);
    }
  }
}
