import type { Principal } from '@tributary/subgraph-kit';
import type { DocumentNode, ExecutionResult } from 'graphql';
import type { OperationCharge } from '../execution/operation-charge.ts';
import { RefusedOperation } from '../execution/refused-operation.ts';
import type { PreparedSubscription, StreamPlanner } from '../execution/stream-execution.ts';
import { formatted, isNullResult } from './event-execution.ts';
import { type ExecutionTurns, effortOf } from './execution-turns.ts';
import { Payload } from './payload.ts';
import type { Subscriber } from './subscriber.ts';

export interface SubscriptionRequest {
  readonly query: string;
  readonly document: DocumentNode;
  /** The text of the operation alone, where it is known already. */
  readonly alone?: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** A cursor given beside the operation; it wins over the `after` argument, which clients set once. */
  readonly after: string | undefined;
  /** Counts where neither is given. */
  readonly lastSeen?: string | undefined;
  readonly requestId: string;
  readonly clientAddress?: string | undefined;
}

/** The call that opens a subscription, which is gone when it is in force. */
export interface Opening {
  /** With the cursor, as the client asked. */
  readonly prepared: PreparedSubscription;
  readonly requestId: string;
  /** The cursor, if it is one. */
  readonly given: unknown;
}

/** Who asks for a subscription. */
export interface Asker {
  readonly subscriber: Subscriber;
  /** Whose turns and bounds it takes. */
  readonly owner: string;
  readonly clientAddress: string | undefined;
  /** Aborted when nobody waits any more. */
  readonly gone: AbortSignal;
}

export interface OpeningCallsOptions {
  readonly prepareStream: StreamPlanner['prepareStream'];
  readonly charge: OperationCharge;
  /** Shared with what is executed for events. */
  readonly turns: ExecutionTurns;
}

/** The calls that open subscriptions: charged as queries are, and begun in turns, so that nobody has to be refused who comes back with all of theirs. */
export class OpeningCalls {
  readonly #options: OpeningCallsOptions;

  constructor(options: OpeningCallsOptions) {
    this.#options = options;
  }

  /** Prepares it and takes what the call costs, as of a query; also when it is refused for that. @throws as `prepareStream` does, and for want of budget */
  async prepared(request: SubscriptionRequest, principal: Principal): Promise<PreparedSubscription> {
    const { charge, prepareStream } = this.#options;
    const { query, document, operationName, variables, clientAddress } = request;
    const payer = { principal, clientAddress };
    let prepared: PreparedSubscription;
    try {
      prepared = prepareStream({ query, document, operationName, variables, principal, clientAddress });
    } catch (error) {
      if (error instanceof RefusedOperation && error.cost !== undefined)
        await charge.take(error.cost, payer).catch(() => undefined);
      throw error;
    }
    await charge.take(prepared.cost + prepared.planning, payer);
    return prepared;
  }

  /** Makes the call when its turn has come; undefined when nobody waits for it any more. @throws RefusedOperation for an answer with errors, CodedError OVERLOADED */
  async made(
    { prepared, requestId }: Opening,
    { subscriber, owner, gone }: Asker,
    conditions = 0,
  ): Promise<ExecutionResult | undefined> {
    const result = await this.#options.turns.run({
      owners: [owner],
      effort: () => effortOf({ prepared, conditions }, 0),
      isReady: () => !gone.aborted,
      execute: () => prepared.execute(subscriber.principal, undefined, requestId),
    });
    if (result?.errors !== undefined && result.errors.length > 0)
      throw new RefusedOperation(formatted(result), 400);
    return result;
  }

  /** Delivers what it answered, if it is something, and charges a large one. */
  deliver(first: ExecutionResult, cursor: string, { subscriber, clientAddress }: Asker): void {
    if (isNullResult(first)) return;
    const payload = Payload.at(cursor, first);
    subscriber.deliver(payload);
    const { principal } = subscriber;
    void this.#options.charge.takeForAnswer(payload.sizeBytes, { principal, clientAddress });
  }
}
