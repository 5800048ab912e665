import { CodedError, type Logger } from '@tributary/runtime';
import type { SubgraphFetch } from '../execution/compiled/subgraph-fetch.ts';
import type { RequestInsight } from '../insight/request-insight.ts';
import type { SubgraphAddress } from '../planning/subgraph-addresses.ts';
import type { BulkheadLimits } from '../traffic/bulkhead.ts';
import type { HttpSubgraph } from './http-subgraph.ts';
import { type OpenedSubgraphOptions, openedSubgraph } from './opened-subgraph.ts';
import type { StandaloneSettings } from './settings-file.ts';

/** What runs on the supergraph before may have this many fetches to go, one after the other. */
const fetchesToGo = 3;

/** The connections of one supergraph. */
export interface HttpSubgraphs {
  readonly fetches: ReadonlyMap<string, SubgraphFetch>;
  /** By what they were opened with, as JSON. */
  readonly opened: ReadonlyMap<string, HttpSubgraph>;
  /** What a fetch of the slowest may take, milliseconds. */
  readonly timeoutMs: number;
}

export const noSubgraphs: HttpSubgraphs = { fetches: new Map(), opened: new Map(), timeoutMs: 0 };

/**
 * Opens what a supergraph names; connections of `before` to subgraphs that stay the same serve both.
 * @throws CodedError CONFIG_INVALID for a subgraph without a URL
 */
export function openSubgraphs(
  addresses: readonly SubgraphAddress[],
  settings: StandaloneSettings,
  {
    before,
    insight,
    onAnswered,
    log,
  }: {
    readonly before: HttpSubgraphs;
    readonly insight: RequestInsight | undefined;
    /** A fetch has ended, and its operation goes on. */
    readonly onAnswered: () => void;
    readonly log: Logger;
  },
): HttpSubgraphs {
  const all = addresses.map(({ name, url }) =>
    optionsOf(name, url, { settings, isTraced: insight?.isTracing === true }),
  );
  const fetches = new Map<string, SubgraphFetch>();
  const opened = new Map<string, HttpSubgraph>();
  for (const options of all) {
    const facts = JSON.stringify(options);
    const subgraph = before.opened.get(facts) ?? openedSubgraph(options, { insight, onAnswered, log });
    opened.set(facts, subgraph);
    fetches.set(options.name, subgraph.fetch);
  }
  return { fetches, opened, timeoutMs: Math.max(0, ...all.map(({ timeoutMs }) => timeoutMs)) };
}

/** Closes what only `leaving` has, when what may still run on it has had its time; closing waits for answers that are on their way. */
export function leaveSubgraphs(
  leaving: HttpSubgraphs,
  staying: HttpSubgraphs,
  insight: RequestInsight | undefined,
): void {
  for (const name of leaving.fetches.keys()) if (!staying.fetches.has(name)) insight?.forget(name);
  const left = [...leaving.opened].filter(([facts]) => !staying.opened.has(facts));
  if (left.length === 0) return;
  const close = (): void => {
    for (const [, subgraph] of left) Promise.resolve(subgraph[Symbol.asyncDispose]()).catch(() => undefined);
  };
  // Each may wait for its turn as long as for its answer, and for one of another subgraph before.
  setTimeout(close, fetchesToGo * 2 * leaving.timeoutMs).unref();
}

/** Where a subgraph is asked: as the settings say, or else the supergraph. @throws CodedError CONFIG_INVALID when neither does */
export function subgraphUrl(name: string, told: string, settings: StandaloneSettings): string {
  const url = settings.subgraphs[name]?.url ?? told;
  if (/^https?:\/\/[^/?#]*@/.test(url))
    throw new CodedError(
      'CONFIG_INVALID',
      `The URL of ${name} has a user or a password in it: say them in subgraphs.${name}.headers.set.authorization.`,
    );
  if (/^https?:/.test(url)) return url;
  throw new CodedError(
    'CONFIG_INVALID',
    `The supergraph names no URL for ${name}: say subgraphs.${name}.url in the settings.`,
  );
}

/** What a subgraph may hold of the requests that may be under way, so that one that hangs leaves room for the others: half of it, and half of that waits. */
function shareOf(underWay: number): BulkheadLimits {
  const quarter = Math.ceil(underWay / 4);
  return { inFlight: quarter, queue: quarter };
}

function optionsOf(
  name: string,
  told: string,
  { settings, isTraced }: { readonly settings: StandaloneSettings; readonly isTraced: boolean },
): OpenedSubgraphOptions {
  const own = settings.subgraphs[name];
  const { deadline, headers } = settings;
  // What the gateway itself tells subgraphs goes the way of fields that are handed on.
  const added = [...(deadline === undefined ? [] : [deadline.header]), ...(isTraced ? ['traceparent'] : [])];
  return {
    name,
    url: subgraphUrl(name, told, settings),
    timeoutMs: own?.timeoutMs ?? settings.timeoutMs,
    connections: own?.connections ?? settings.connections,
    answerBytes: own?.answerBytes ?? settings.answerBytes,
    retries: settings.retries,
    // The second one of a hedge would wait for the first.
    shares: (own?.dedupe ?? settings.dedupe) && own?.hedge === undefined,
    h2: own?.h2 === true,
    bulkhead: own?.bulkhead ?? shareOf(settings.limits.underWay),
    underWay: settings.limits.underWay,
    traffic: { hedge: own?.hedge },
    deadline,
    headers: {
      general: { ...headers, forward: [...headers.forward, ...added] },
      own: own?.headers ?? { forward: [], set: {} },
    },
  };
}
