import type { SubgraphAddress } from '../../planning/subgraph-addresses.ts';
import { type ForwardedHeaders, headersFor } from '../header-rules.ts';
import { subgraphUrl } from '../http-subgraphs.ts';
import type { StandaloneSettings } from '../settings-file.ts';

/** Where the events of one subgraph come from. */
export interface StreamAddress {
  readonly subgraph: string;
  readonly protocol: 'ws' | 'sse';
  readonly url: string;
  /** Milliseconds until it must have taken a subscription. */
  readonly timeoutMs: number;
  /** Milliseconds of silence that end a stream of events; undefined where its own pings alone say so. */
  readonly idleMs: number | undefined;
  /** Over HTTP/2 events come by so many connections at most; undefined where they come over HTTP/1.1. */
  readonly h2Connections: number | undefined;
  /** Subscriptions that share one socket at most. */
  readonly perConnection: number;
  readonly headersOf: (forwarded: ForwardedHeaders) => Record<string, string>;
}

/** The addresses of a supergraph's subgraphs, by name. @throws CodedError CONFIG_INVALID for a subgraph without a URL */
export function streamAddresses(
  addresses: readonly SubgraphAddress[],
  settings: StandaloneSettings,
): ReadonlyMap<string, StreamAddress> {
  const none = { forward: [], set: {} };
  return new Map(
    addresses.map(({ name, url: told }) => {
      const own = settings.subgraphs[name];
      const { protocol = 'ws', path, url, perConnection = 100, idleMs } = own?.subscriptions ?? {};
      const place = url ?? new URL(path ?? '', subgraphUrl(name, told, settings)).href;
      const listOf = headersFor(settings.headers, own?.headers ?? none, {});
      const address: StreamAddress = {
        subgraph: name,
        protocol,
        url: protocol === 'ws' ? place.replace(/^http/, 'ws') : place.replace(/^ws/, 'http'),
        timeoutMs: own?.timeoutMs ?? settings.timeoutMs,
        perConnection,
        idleMs,
        h2Connections: own?.h2 === true ? (own.connections ?? settings.connections) : undefined,
        headersOf: (forwarded) => namedValues(listOf(forwarded)),
      };
      return [name, address];
    }),
  );
}

/** Of names and values in turn. */
function namedValues(list: readonly string[]): Record<string, string> {
  const named: Record<string, string> = {};
  for (let at = 0; at + 1 < list.length; at += 2) named[list[at] ?? ''] = list[at + 1] ?? '';
  return named;
}
