import type { Logger } from '@tributary/runtime';
import type { SubgraphFetch } from '../execution/compiled/subgraph-fetch.ts';
import { observedFetch } from '../insight/observed-fetch.ts';
import type { RequestInsight } from '../insight/request-insight.ts';
import { withDeadline } from '../traffic/deadline.ts';
import { hedged } from '../traffic/hedge.ts';
import { type HttpSubgraph, type HttpSubgraphOptions, httpSubgraph } from './http-subgraph.ts';
import type { StandaloneSettings } from './settings-file.ts';

type SubgraphSettings = StandaloneSettings['subgraphs'][string];

export interface OpenedSubgraphOptions extends HttpSubgraphOptions {
  readonly traffic: Pick<SubgraphSettings, 'hedge'>;
  readonly deadline: StandaloneSettings['deadline'];
}

/** A subgraph, asked as its settings say. Each of these ways is around the fetch only where it is wanted. */
export function openedSubgraph(
  { traffic, deadline, ...options }: OpenedSubgraphOptions,
  {
    insight,
    onAnswered,
    log,
  }: {
    readonly insight: RequestInsight | undefined;
    readonly onAnswered: () => void;
    readonly log: Logger;
  },
): HttpSubgraph {
  const { name, timeoutMs } = options;
  const subgraph = httpSubgraph(options, onAnswered, log);
  let fetch: SubgraphFetch = subgraph.fetch;
  if (traffic.hedge !== undefined) fetch = hedged(fetch, traffic.hedge);
  if (deadline !== undefined)
    fetch = withDeadline(fetch, {
      subgraph: name,
      timeoutMs,
      operationMs: deadline.ms,
      header: deadline.header,
    });
  if (insight !== undefined)
    fetch = observedFetch(
      fetch,
      name,
      insight.fetchObserver(name, () => subgraph.circuitState),
    );
  return {
    fetch,
    get circuitState() {
      return subgraph.circuitState;
    },
    [Symbol.asyncDispose]: () => subgraph[Symbol.asyncDispose](),
  };
}
