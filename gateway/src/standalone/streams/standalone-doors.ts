import type { IncomingMessage } from 'node:http';
import type { Logger } from '@tributary/runtime';
import type { ExecutionResult, OperationTypeNode } from 'graphql';
import { codedFormattedError } from '../../execution/answer-errors.ts';
import { reasonToEnd } from '../../execution/departure.ts';
import { RefusedOperation } from '../../execution/refused-operation.ts';
import type { RequestScope } from '../../execution/request-scope.ts';
import { clientAddress } from '../../http/client-address.ts';
import { observedRun, type RequestInsight } from '../../insight/request-insight.ts';
import { anonymous } from '../../security/nobody.ts';
import { brokenVariables } from '../../security/operation-limits.ts';
import type { SocketDoors, SocketOperation } from '../../subscriptions/socket-doors.ts';
import { defaultSocketLimits, type SocketLimits } from '../../subscriptions/socket-limits.ts';
import { formattedAnswer } from '../answer-text.ts';
import type { AskedOperation, AskedOperations } from '../asked-operations.ts';
import { askedScope, deadlineAfter } from '../asked-scope.ts';
import type { RequestsUnderWay } from '../requests-under-way.ts';
import type { StandaloneSettings } from '../settings-file.ts';
import { socketAsker } from './asker.ts';
import { tokenEndMs } from './token-end.ts';

export interface StandaloneDoorsOptions {
  readonly operations: () => AskedOperations;
  readonly settings: StandaloneSettings;
  /** With those that came as requests. */
  readonly underWay: RequestsUnderWay;
  /** Fields of requests that any subgraph may get. */
  readonly forwardedNames: readonly string[];
  /** Undefined where nobody wants to know. */
  readonly insight: RequestInsight | undefined;
  /** @throws CodedError OVERLOADED for an operation that must wait for better times. */
  readonly admit: ((kind: OperationTypeNode) => void) | undefined;
  readonly log: Logger;
}

const nothing: Disposable = { [Symbol.dispose]: () => undefined };

/** Sockets of a gateway that knows nobody: who asks is for the subgraphs to say. */
export function standaloneDoors(options: StandaloneDoorsOptions): SocketDoors {
  const { operations, settings, underWay, forwardedNames, insight, admit, log } = options;
  const { corsOrigins, trustProxy, limits, subscriptions } = settings;
  const accepted = async ({
    query,
    operationName,
    cameAtMs,
    signal,
  }: SocketOperation): Promise<Exclude<AskedOperation, { readonly faults: unknown }>> => {
    const deadlineAtMs = deadlineAfter(settings, cameAtMs);
    const asked = await operations().operation(query, operationName, { signal, deadlineAtMs });
    if (!('faults' in asked)) {
      admit?.(asked.kind);
      return asked;
    }
    throw new RefusedOperation(formattedAnswer({ errors: asked.faults }, log).errors ?? [], 400);
  };
  return {
    addressOf: (request) => clientAddress(request, trustProxy),
    servesHost: () => true,
    allowsOrigin: (origin, request) => corsOrigins.includes(origin) || isSameOrigin(origin, request),
    onRevoked: () => nothing,
    isRevoked: () => false,
    authenticate: async ({ payload }, request) => {
      const asker = socketAsker(forwardedNames, { request, payload }, subscriptions.connectionInit);
      const { authorization } = asker.forwarded;
      const expiresAtMs = subscriptions.endWithToken ? tokenEndMs(authorization, Date.now()) : undefined;
      return { principal: anonymous, expiresAtMs, asker };
    },
    charge: async () => undefined,
    enter: () => underWay.enterOperation(),
    accept: (asked) => accepted(asked),
    execute: async (call) => {
      const { door, query, variables, asker, signal, cameAtMs } = call;
      const broken = brokenVariables(variables, { ...limits, cost: Number.POSITIVE_INFINITY });
      if (broken !== undefined) return { errors: [codedFormattedError(broken)] };
      const operation = await accepted(call);
      const run = async ({ observed }: Pick<RequestScope, 'observed'>): Promise<ExecutionResult> => {
        const scope = askedScope(settings, { forwarded: asker?.forwarded, signal, observed }, cameAtMs);
        const result = await operation.compiled.run(variables, scope);
        // What is missing because nobody waited for it is no error of anybody's.
        if (signal.aborted) throw reasonToEnd(signal);
        return result;
      };
      const seen = { door, kind: operation.kind, name: operation.name, text: query, startedMs: cameAtMs };
      return formattedAnswer(await observedRun(insight, seen, run), log);
    },
  };
}

/** The bounds of sockets, as the settings have them. */
export function socketLimitsOf({ limits, subscriptions, unreadMs }: StandaloneSettings): SocketLimits {
  return {
    ...defaultSocketLimits,
    operationsPerSocket: subscriptions.operationsPerSocket,
    heldBytes: { ofOwner: Math.ceil(subscriptions.heldBytes / 4), ofAll: subscriptions.heldBytes },
    socketsPerAnonymousAddress: subscriptions.socketsPerAddress,
    uninitialisedSocketsPerAddress: subscriptions.socketsPerAddress,
    maxFrameBytes: limits.frameBytes,
    maxBufferedBytes: subscriptions.bufferedBytes,
    unreadPatienceMs: unreadMs,
    initTimeoutMs: subscriptions.initTimeoutMs,
  };
}

/** `null`, the origin of sandboxed frames and files, is nobody's. */
function isSameOrigin(origin: string, { headers }: IncomingMessage): boolean {
  return URL.canParse(origin) && new URL(origin).host === headers.host;
}
