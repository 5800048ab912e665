import { type Clock, CodedError } from '@tributary/runtime';

export interface TurnBounds {
  /** Effort begun in one turn of the event loop, for all; one execution begins, however large. */
  readonly effortPerTurn: number;
  /** Effort begun in a second for one owner. */
  readonly effortPerSecond: number;
  /** Effort of one owner under way at once; one execution is, however large. */
  readonly underWay: number;
  /** An execution that would wait longer does not begin. */
  readonly patienceMs: number;
}

/** An effort is one small execution: about 0.3 ms where the subgraph is in this process. */
export const defaultTurnBounds: TurnBounds = {
  effortPerTurn: 16,
  effortPerSecond: 2_000,
  underWay: 64,
  patienceMs: 30_000,
};

interface Spending {
  readonly prepared: { readonly cost: number };
  /** Conditions on texts that say whether an event concerns it. */
  readonly conditions?: number;
}

/** What it takes to see that an event does not concern a subscription, in efforts. */
export function effortOfLooking({ conditions = 0 }: Spending): number {
  return 1 + conditions / 10;
}

/** What an execution may touch, make and look at, in efforts. */
export function effortOf(spending: Spending, payloadBytes: number): number {
  return effortOfLooking(spending) + spending.prepared.cost / 25 + payloadBytes / (32 * 1024);
}

/** Then whatever else the process has to do comes first. */
const sliceMs = 10;
const secondMs = 1_000;
/** Owners remembered before those who have nothing to do are looked for. */
const rememberedOwners = 1_000;

export interface Turn<Result> {
  /** Whose turn it may take: that of the one who has spent least. */
  readonly owners: readonly string[];
  /** Asked when the turn has come. */
  readonly effort: () => number;
  /** Asked before; what is not ready costs nothing. */
  readonly isReady?: () => boolean;
  readonly execute: () => Promise<Result>;
}

interface Waiting {
  readonly effort: () => number;
  readonly sinceMs: number;
  readonly isReady: () => boolean;
  readonly begin: () => Promise<void>;
  readonly skip: () => void;
  readonly refuse: (error: CodedError) => void;
}

interface Owner {
  readonly waiting: Waiting[];
  /** Effort of what began and has not ended. */
  underWay: number;
  spent: number;
  spentSinceMs: number;
}

/**
 * Lets the executions of all subscriptions begin in turns: owner after owner, so much in one turn of the event loop that the process
 * answers everybody else meanwhile, and so much in a second that nobody's subscriptions take it for themselves.
 */
export class ExecutionTurns {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #bounds: TurnBounds;
  readonly #owners = new Map<string, Owner>();
  /** Those who wait; whoever was served goes behind the others. */
  readonly #queue = new Set<Owner>();
  #now: { readonly beganMs: number; effortLeft: number } | undefined;
  #wake: NodeJS.Timeout | undefined;

  constructor(clock: Pick<Clock, 'monotonicMs'>, bounds: TurnBounds = defaultTurnBounds) {
    this.#clock = clock;
    this.#bounds = bounds;
  }

  /** True while what is done at once, without a turn, holds nobody up. */
  hasTime(): boolean {
    return this.#clock.monotonicMs() - this.#thisTurn().beganMs < sliceMs;
  }

  /** Resolves when there is time. */
  async rest(): Promise<void> {
    while (!this.hasTime()) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Undefined when it was not ready. @throws CodedError OVERLOADED when its turn did not come in time, and what `execute` throws. */
  run<Result>({ owners, effort, isReady, execute }: Turn<Result>): Promise<Result | undefined> {
    const owner = this.#leastSpent(owners);
    const sinceMs = this.#clock.monotonicMs();
    return new Promise((resolve, reject) => {
      owner.waiting.push({
        effort,
        sinceMs,
        isReady: isReady ?? (() => true),
        begin: () => execute().then(resolve, reject),
        skip: () => resolve(undefined),
        refuse: reject,
      });
      this.#queue.add(owner);
      this.#serve();
    });
  }

  #serve(): void {
    const turn = this.#thisTurn();
    while (this.#queue.size > 0) {
      const nowMs = this.#clock.monotonicMs();
      if (turn.effortLeft <= 0 || nowMs - turn.beganMs >= sliceMs) return;
      const owner = this.#next(nowMs);
      if (owner === undefined) return;
      const task = owner.waiting.shift();
      this.#queue.delete(owner);
      if (owner.waiting.length > 0) this.#queue.add(owner);
      if (task === undefined) continue;
      if (!task.isReady()) {
        task.skip();
        continue;
      }
      const effort = task.effort();
      turn.effortLeft -= effort;
      owner.spent += effort;
      owner.underWay += effort;
      void task.begin().then(() => {
        owner.underWay -= effort;
        this.#serve();
      });
    }
  }

  /** The first who waits and may begin something; refuses what has waited too long on the way. */
  #next(nowMs: number): Owner | undefined {
    let isSpent = false;
    for (const owner of this.#queue) {
      this.#refuseOverdue(owner, nowMs);
      const hasEffort = this.#spentOf(owner, nowMs) < this.#bounds.effortPerSecond;
      if (owner.waiting.length === 0) this.#queue.delete(owner);
      else if (hasEffort && owner.underWay < this.#bounds.underWay) return owner;
      isSpent ||= !hasEffort;
    }
    if (isSpent) this.#wakeLater();
    return undefined;
  }

  #refuseOverdue(owner: Owner, nowMs: number): void {
    for (;;) {
      const [first] = owner.waiting;
      if (first === undefined || nowMs - first.sinceMs <= this.#bounds.patienceMs) return;
      owner.waiting.shift();
      first.refuse(
        new CodedError('OVERLOADED', 'These subscriptions cost more than is executed for one user.'),
      );
    }
  }

  #spentOf(owner: Owner, nowMs: number): number {
    if (nowMs - owner.spentSinceMs >= secondMs) {
      owner.spent = 0;
      owner.spentSinceMs = nowMs;
    }
    return owner.spent;
  }

  #leastSpent(names: readonly string[]): Owner {
    const nowMs = this.#clock.monotonicMs();
    const owners = names.map((name) => this.#ownerNamed(name, nowMs));
    const loadOf = (owner: Owner): number => this.#spentOf(owner, nowMs) + owner.waiting.length;
    return owners.reduce((least, owner) => (loadOf(owner) < loadOf(least) ? owner : least));
  }

  #ownerNamed(name: string, nowMs: number): Owner {
    const known = this.#owners.get(name);
    if (known !== undefined) return known;
    if (this.#owners.size >= rememberedOwners) this.#forgetIdle(nowMs);
    const owner: Owner = { waiting: [], underWay: 0, spent: 0, spentSinceMs: nowMs };
    this.#owners.set(name, owner);
    return owner;
  }

  #forgetIdle(nowMs: number): void {
    for (const [name, owner] of this.#owners) {
      // Sums of fractions end near nothing.
      const isIdle = owner.waiting.length === 0 && owner.underWay < 0.01;
      if (isIdle && this.#spentOf(owner, nowMs) === 0) this.#owners.delete(name);
    }
  }

  #thisTurn(): { readonly beganMs: number; effortLeft: number } {
    if (this.#now !== undefined) return this.#now;
    const begun = { beganMs: this.#clock.monotonicMs(), effortLeft: this.#bounds.effortPerTurn };
    this.#now = begun;
    setImmediate(() => {
      this.#now = undefined;
      if (this.#queue.size > 0) this.#serve();
    });
    return begun;
  }

  #wakeLater(): void {
    this.#wake ??= setTimeout(() => {
      this.#wake = undefined;
      this.#serve();
    }, secondMs / 4).unref();
  }
}
