import { CodedError } from '@tributary/runtime';

/** Sign-ins come before sign-ups: people who have an account do not wait for those who make thousands. */
export type PasswordLane = 'sign-in' | 'sign-up';

export interface AskedTurn {
  readonly lane: PasswordLane;
  /** On whose account it waits: owners take turns. */
  readonly owner: string;
  /** Aborted when nobody waits for it any more: then its place is free at once. */
  readonly signal: AbortSignal | undefined;
  /** What waits longer is refused, so that whoever waits learns why before their deadline. Not above 0: it may not wait at all. */
  readonly waitLimitMs: number;
}

export interface PasswordTurnsOptions {
  readonly atOnce: number;
  /** Of one lane. */
  readonly waitingOfOwner: number;
  readonly waitingOfLane: number;
}

interface Waiting {
  readonly start: () => void;
  readonly refuse: (error: CodedError) => void;
}

/** While both lanes wait, one turn in so many is a sign-up's, so that these are late and not never. */
const signUpEach = 4;

/** Shares few places fairly among many who wait. What began is never stopped: the work is a thread's, which takes no signal. */
export class PasswordTurns {
  readonly #options: PasswordTurnsOptions;
  readonly #lanes: Readonly<Record<PasswordLane, Map<string, Waiting[]>>> = {
    'sign-in': new Map(),
    'sign-up': new Map(),
  };
  #running = 0;
  #sinceSignUp = 0;

  constructor(options: PasswordTurnsOptions) {
    this.#options = options;
  }

  /** Runs `work` in its turn. @throws CodedError OVERLOADED when too many wait or it waited too long, DEADLINE_EXCEEDED when its signal aborted first. */
  async run<Result>(asked: AskedTurn, work: () => Promise<Result>): Promise<Result> {
    if (asked.signal?.aborted === true) throw unwanted();
    if (this.#running < this.#options.atOnce) this.#running += 1;
    else await this.#turnOf(asked);
    try {
      return await work();
    } finally {
      // The place is handed on, not freed: a newcomer cannot slip in between.
      const next = this.#next();
      if (next === undefined) this.#running -= 1;
      else next.start();
    }
  }

  #turnOf({ lane: name, owner, signal, waitLimitMs }: AskedTurn): Promise<void> {
    if (waitLimitMs <= 0) throw overloaded();
    const lane = this.#lanes[name];
    this.#makeRoom(lane, owner);
    return new Promise((resolve, reject) => {
      const settled = (settle: () => void): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        settle();
      };
      const waiting: Waiting = {
        start: () => settled(resolve),
        refuse: (error) => {
          remove(lane, owner, waiting);
          settled(() => reject(error));
        },
      };
      const onAbort = (): void => waiting.refuse(unwanted());
      const timer = setTimeout(() => waiting.refuse(overloaded()), waitLimitMs);
      signal?.addEventListener('abort', onAbort, { once: true });
      const own = lane.get(owner);
      if (own === undefined) lane.set(owner, [waiting]);
      else own.push(waiting);
    });
  }

  /** Where all places are taken, whoever has most of them gives the last one to an owner who has fewer. */
  #makeRoom(lane: Map<string, Waiting[]>, owner: string): void {
    const own = lane.get(owner)?.length ?? 0;
    if (own >= this.#options.waitingOfOwner) throw overloaded();
    const all = [...lane.values()];
    if (all.reduce((sum, { length }) => sum + length, 0) < this.#options.waitingOfLane) return;
    const most = all.reduce((left, right) => (right.length > left.length ? right : left));
    if (most.length <= own + 1) throw overloaded();
    most.at(-1)?.refuse(overloaded());
  }

  #next(): Waiting | undefined {
    const isSignUps = this.#sinceSignUp >= signUpEach - 1;
    const lanes = isSignUps ? (['sign-up', 'sign-in'] as const) : (['sign-in', 'sign-up'] as const);
    for (const name of lanes) {
      const lane = this.#lanes[name];
      const [turn] = lane;
      if (turn === undefined) continue;
      const [owner, [first, ...others]] = turn;
      lane.delete(owner);
      if (others.length > 0) lane.set(owner, others);
      this.#sinceSignUp = name === 'sign-up' ? 0 : this.#sinceSignUp + 1;
      return first;
    }
    return undefined;
  }
}

function remove(lane: Map<string, Waiting[]>, owner: string, waiting: Waiting): void {
  const others = (lane.get(owner) ?? []).filter((each) => each !== waiting);
  if (others.length === 0) lane.delete(owner);
  else lane.set(owner, others);
}

function overloaded(): CodedError {
  return new CodedError('OVERLOADED', 'Too many passwords are being checked at once.', {
    details: { retryAfterSeconds: 5 },
  });
}

function unwanted(): CodedError {
  return new CodedError('DEADLINE_EXCEEDED', 'Nobody waits for this any more.');
}
