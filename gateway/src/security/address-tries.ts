import { addressBlock, CodedError } from '@tributary/runtime';
import { limited, type RateDecision, type RateLimiter } from './rate-limit.ts';
import type { UnderWay, UnderWayLimits } from './under-way.ts';

/** Of one address, or its network, and of everybody: what identity is asked behind them waits where people sign in. */
export const questionLimits: UnderWayLimits = { perCaller: 32, inAll: 128 };

/** Whoever sends a credential, as far as that makes us ask identity. */
export interface Asker {
  readonly address: string;
  /** Asks identity about something that nobody has shown to hold yet. @throws CodedError RATE_LIMITED or OVERLOADED instead of asking */
  ask<Answer>(question: () => Promise<Answer>): Promise<Answer>;
}

export interface AddressTriesOptions {
  readonly rateLimiter: Pick<RateLimiter, 'takeForAddress'>;
  readonly questions: UnderWay;
  readonly address: string;
}

/**
 * The try of one request, taken from its address's budget: before identity is asked about a key or a workspace that nobody remembers, because those are free to
 * make up and identity's work is not; or else when the credential did not hold.
 * What cannot be told while identity is away is nobody's fault.
 */
export class AddressTries implements Asker {
  readonly #options: AddressTriesOptions;
  #taken: Promise<RateDecision> | undefined;

  constructor(options: AddressTriesOptions) {
    this.#options = options;
  }

  get address(): string {
    return this.#options.address;
  }

  /** Undefined when nothing had to be taken. */
  get taken(): Promise<RateDecision> | undefined {
    return this.#taken;
  }

  /** Takes it, once for the request. */
  take(): Promise<RateDecision> {
    this.#taken ??= this.#options.rateLimiter.takeForAddress(this.address);
    return this.#taken;
  }

  /** Takes it for what kept somebody out, unless that passes by itself. Undefined when nothing was taken. */
  async takenFor(error: unknown): Promise<RateDecision | undefined> {
    return error instanceof CodedError && error.retryable ? this.#taken : this.take();
  }

  async ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    const { allowed, retryAfterMs } = await this.take();
    if (!allowed) throw limited(retryAfterMs);
    const leave = this.#options.questions.enter(addressBlock(this.address));
    try {
      return await question();
    } finally {
      leave();
    }
  }
}
