import { CodedError, type Logger } from '@tributary/runtime';
import type { RequestInsight } from '../insight/request-insight.ts';
import type { PlanningFigures } from '../planning/planning-figures.ts';
import { atOnce, type Steps } from '../planning/steps.ts';
import { addressesIn } from '../planning/subgraph-addresses.ts';
import { supergraphLoading } from '../planning/supergraph.ts';
import { parsedForms, type SupergraphForms } from '../planning/supergraph-forms.ts';
import { readHere } from '../planning/supergraph-process.ts';
import { AskedOperations } from './asked-operations.ts';
import { type HttpSubgraphs, noSubgraphs, openSubgraphs } from './http-subgraphs.ts';
import type { StandaloneSettings } from './settings-file.ts';
import { streamAddresses } from './streams/stream-address.ts';
import type { StreamGraph } from './streams/stream-source.ts';

/** One supergraph, ready to be asked. */
export interface LoadedGraph extends StreamGraph {
  readonly subgraphs: HttpSubgraphs;
}

/** What all supergraphs of one gateway have in common. */
export interface GraphSurroundings {
  readonly settings: StandaloneSettings;
  readonly insight: RequestInsight | undefined;
  readonly onAnswered: () => void;
  readonly onRead: (() => void) | undefined;
  readonly figures: PlanningFigures | undefined;
  readonly log: Logger;
}

/** Reads and loads one here, at once: for when nobody waits yet. @throws CodedError CONFIG_INVALID when it is no supergraph */
export function loadedGraph(sdl: string, known: GraphSurroundings): LoadedGraph {
  return atOnce(graphLoading(readHere(sdl), known, noSubgraphs));
}

/**
 * Loads one that was read; subgraphs of `before` that stay the same are kept.
 * @throws CodedError CONFIG_INVALID when it cannot be served; connections are opened by the first fetch, so that nothing is left open then
 */
export function* graphLoading(
  forms: SupergraphForms,
  { settings, insight, onAnswered, onRead, figures, log }: GraphSurroundings,
  before: HttpSubgraphs,
): Steps<LoadedGraph> {
  const { limits, introspection, overrideLabels } = settings;
  try {
    const read = yield* parsedForms(forms);
    const told = addressesIn(read.document);
    const subgraphs = openSubgraphs(told, settings, { before, insight, onAnswered, log });
    const addresses = streamAddresses(told, settings);
    const supergraph = yield* supergraphLoading(read, { planner: 'hive', overrideLabels, log, figures });
    yield;
    const { fetches } = subgraphs;
    const operations = new AskedOperations({ supergraph, fetches, limits, introspection, onRead });
    return { subgraphs, addresses, operations };
  } catch (error) {
    throw noSupergraph(error);
  }
}

/** What settings may name. */
export function namesIn({ subgraphs, operations }: LoadedGraph) {
  return { subgraphs: [...subgraphs.fetches.keys()], labels: operations.labels };
}

function noSupergraph(cause: unknown): CodedError {
  if (cause instanceof CodedError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CodedError('CONFIG_INVALID', `That is no supergraph: ${reason}`, { cause });
}
