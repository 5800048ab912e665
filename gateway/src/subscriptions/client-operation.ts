import type { Principal } from '@tributary/subgraph-kit';
import { asGraphQLError } from '@tributary/subgraph-kit/masking';
import type { GraphQLFormattedError } from 'graphql';
import { CallerGone } from '../execution/departure.ts';
import { RefusedOperation } from '../execution/refused-operation.ts';
import { isRateLimited, resumesByCursor } from './budget-waits.ts';
import type { OperationMessage } from './client-message.ts';
import { closeCodes } from './close-codes.ts';
import type { OperationChannel } from './operation-channel.ts';
import { Payload } from './payload.ts';
import { countedCode } from './real-time-figures.ts';
import type { ServedSubscription } from './shared-by-clients.ts';
import type { Asker, SocketIdentity } from './socket-doors.ts';
import type { EndedSubscriber } from './subscriber.ts';

/** One operation of a client, from when it is asked to its last word, with a context of its own. */
export class ClientOperation implements EndedSubscriber {
  readonly principal: Principal;
  readonly #channel: OperationChannel;
  readonly #asker: Asker | undefined;
  /** Until it runs: what it asks may be large, and in force for long. */
  #message: OperationMessage | undefined;
  readonly #gone = new AbortController();
  #resumes = false;
  #ran: Promise<void> = Promise.resolve();
  #running: ServedSubscription | undefined;

  constructor(channel: OperationChannel, { principal, asker }: SocketIdentity, message: OperationMessage) {
    this.#channel = channel;
    this.principal = principal;
    this.#asker = asker;
    this.#message = message;
  }

  /** Never rejects: what goes wrong is told to the client. */
  run(): Promise<void> {
    this.#ran = this.#told();
    return this.#ran;
  }

  /** Resolves when a query or a mutation is answered, and of a subscription when the events in hand are. Never rejects. */
  async settled(): Promise<void> {
    await this.#ran;
    await this.#running?.settled();
  }

  async #told(): Promise<void> {
    try {
      await this.#run();
    } catch (error) {
      // There is nobody to tell, and nothing went wrong.
      if (error instanceof CallerGone) return;
      if (this.#resumes && isRateLimited(error)) this.interrupt('overloaded');
      else this.refuse(this.#errorsOf(error));
    }
  }

  /** Silent: the client knows, or is gone. */
  stop(): void {
    if (this.#gone.signal.aborted) return;
    this.#gone.abort();
    if (this.#running !== undefined) this.#channel.shared.figures.subscriptions.dec();
    this.#running?.[Symbol.dispose]();
  }

  accepted(cursor: string | undefined): void {
    this.#channel.accepted(cursor);
  }

  deliver(payload: Payload): void {
    if (!this.#gone.signal.aborted) this.#channel.next(payload);
  }

  refuse(errors: readonly GraphQLFormattedError[]): void {
    this.#end(() => {
      const { door, shared } = this.#channel;
      shared.figures.refusals.inc({ door, code: countedCode(errors[0]?.extensions?.['code']) });
      this.#channel.refuse(errors);
    });
  }

  complete(): void {
    this.#end(() => this.#channel.complete());
  }

  interrupt(why: 'away' | 'overloaded'): void {
    if (why === 'away') {
      this.#channel.comeBackLater(
        'ENGINE_UNAVAILABLE: a part of the graph is away; come back, with the last cursor if there is one',
      );
      return;
    }
    this.#channel.comeBackLater(
      'OVERLOADED: your subscriptions cost more than is done for one user; come back, with the last cursor if there is one',
      closeCodes.slowReader,
    );
  }

  get isBehind(): boolean {
    return this.#channel.isBehind;
  }

  drained(): Promise<void> {
    return this.#channel.drained();
  }

  async #run(): Promise<void> {
    const { door, shared, request, requestId } = this.#channel;
    const message = this.#message;
    this.#message = undefined;
    if (message === undefined) throw new TypeError('an operation runs once');
    const { query, operationName, variables, after, lastSeen, fault } = message;
    const clientAddress = shared.doors.addressOf(request);
    const { signal } = this.#gone;
    const { budgetWaits } = shared;
    this.#resumes = resumesByCursor(message);
    const paid = <Value>(take: () => Promise<Value>): Promise<Value> =>
      this.#resumes ? budgetWaits.patiently(take, signal) : take();
    await paid(() => this.#channel.charge(this.principal));
    if (signal.aborted) return;
    if (fault !== undefined) throw fault;
    const asks = { query, operationName, variables, cameAtMs: performance.now(), signal };
    const { document, kind, alone } = await shared.doors.accept(asks, this.principal);
    if (signal.aborted) return;
    this.#channel.permit(kind);
    if (kind === 'subscription') {
      const asker = this.#asker;
      const operation = { query, document, alone, operationName, variables };
      const asked = { ...operation, after, lastSeen, requestId, clientAddress, asker };
      const running = await paid(() => shared.subscriptions.start(asked, this, signal));
      // Gone, or refused by a feed that failed while it started.
      if (signal.aborted) running?.[Symbol.dispose]();
      else if (running !== undefined) {
        this.#running = running;
        shared.figures.subscriptions.inc();
      }
      return;
    }
    const leave = this.#channel.enter(this.principal);
    try {
      const call = { ...asks, door, document, principal: this.principal, requestId, clientAddress };
      const result = await shared.doors.execute({ ...call, asker: this.#asker });
      this.deliver(Payload.of(result));
      this.complete();
    } finally {
      leave();
    }
  }

  #end(tell: () => void): void {
    if (this.#gone.signal.aborted) return;
    this.stop();
    tell();
  }

  #errorsOf(error: unknown): readonly GraphQLFormattedError[] {
    if (error instanceof RefusedOperation) return error.errors;
    return [this.#channel.shared.shown(asGraphQLError(error))];
  }
}
