import type { GraphQLError } from 'graphql';
import type { CompiledOperation } from '../../execution/compiled/compiled-operation.ts';
import type { WrittenAnswer } from '../../execution/compiled/operation-variant.ts';
import type { FetchAnswer, FetchRequest, SubgraphFetch } from '../../execution/compiled/subgraph-fetch.ts';
import type { Departure } from '../../execution/departure.ts';
import type { RequestScope } from '../../execution/request-scope.ts';
import type { ObservedRun } from '../../insight/observed-run.ts';
import { askedScope } from '../asked-scope.ts';
import type { ForwardedHeaders } from '../header-rules.ts';
import type { StandaloneSettings } from '../settings-file.ts';

/** The fetch of a subscription's plan that brings its events, and whom it asks. */
export interface Primary {
  readonly subgraph: string;
  readonly request: FetchRequest;
}

interface EventScope extends RequestScope {
  /** Answers the primary fetch; all others go to their subgraphs. */
  readonly primary: (primary: Primary) => FetchAnswer;
}

function isEventScope(scope: RequestScope): scope is EventScope {
  return 'primary' in scope;
}

/** The fetches that plans of subscriptions are compiled with. Those of queries and mutations know nothing of events. */
export function eventFetches(
  fetches: ReadonlyMap<string, SubgraphFetch>,
): ReadonlyMap<string, SubgraphFetch> {
  return new Map(
    [...fetches].map(([subgraph, fetch]) => [
      subgraph,
      async (request, scope) =>
        request.query.startsWith('subscription') && isEventScope(scope)
          ? scope.primary({ subgraph, request })
          : fetch(request, scope),
    ]),
  );
}

/**
 * What a subscription asks of its source, found by a run for which nothing happened: `@skip`, `@include` and the variables decide as they
 * will for each event. Undefined, with the reason, when it asks nothing.
 */
export async function primaryOf(
  operation: CompiledOperation,
  variables: Readonly<Record<string, unknown>>,
  scope: RequestScope,
): Promise<{ readonly primary: Primary | undefined; readonly errors: readonly GraphQLError[] }> {
  let primary: Primary | undefined;
  const nothing = (asked: Primary): FetchAnswer => {
    primary = asked;
    return { data: null };
  };
  const { errors } = await operation.write(variables, eventScope(scope, nothing));
  return { primary, errors };
}

/** Runs a subscription's plan for one event. */
export function runForEvent(
  operation: CompiledOperation,
  event: FetchAnswer,
  asked: {
    readonly variables: Readonly<Record<string, unknown>>;
    readonly forwarded: ForwardedHeaders;
    readonly lot: number;
    readonly signal: Departure;
    readonly settings: Pick<StandaloneSettings, 'deadline'>;
    /** What its fetches are told to, where somebody wants to know. */
    readonly observed?: ObservedRun | undefined;
  },
): Promise<WrittenAnswer> {
  const { variables, forwarded, lot, signal, observed, settings } = asked;
  const scope = askedScope(settings, { forwarded, lot, signal, observed });
  return operation.write(
    variables,
    eventScope(scope, () => event),
  );
}

function eventScope(scope: RequestScope, primary: EventScope['primary']): EventScope {
  return { ...scope, isEvent: true, primary };
}
