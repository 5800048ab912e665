import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CodedError, type Logger } from '@tributary/runtime';
import type { SubgraphFetch } from '../execution/compiled/subgraph-fetch.ts';
import { crossOriginHeaders, isPreflight, preflightHeaders } from '../http/cross-origin.ts';
import { drainable } from '../http/drain.ts';
import { answerUnreadable, endSlowArrival } from '../http/unreadable-request.ts';
import { AskedOperations } from './asked-operations.ts';
import { GraphQLEndpoint } from './graphql-endpoint.ts';
import { type HttpSubgraph, type HttpSubgraphOptions, httpSubgraph } from './http-subgraph.ts';
import type { StandaloneSettings } from './settings-file.ts';
import { subgraphAddresses } from './subgraph-addresses.ts';

export interface StandaloneOptions {
  readonly supergraphSdl: string;
  readonly settings: StandaloneSettings;
  readonly log: Logger;
}

export interface StandaloneGateway extends AsyncDisposable {
  /** @throws the server's own error (EADDRINUSE …) when the port cannot be opened. */
  listen(address: { readonly port: number; readonly host: string }): Promise<{ readonly url: string }>;
  /**
   * Serves another supergraph. What runs ends on the one before, and the operations of late are planned before the new one serves.
   * @throws CodedError CONFIG_INVALID when it is no supergraph; the one in force stays.
   */
  replace(supergraphSdl: string): Promise<void>;
  /** Requests that came and are not answered. */
  readonly underWay: number;
}

const arrivalMs = 30_000;
const drainMs = 10_000;

/** Builds a gateway over a supergraph of anyone's subgraphs. Opens nothing. @throws CodedError CONFIG_INVALID when it is no supergraph. */
export function buildStandaloneGateway({
  supergraphSdl,
  settings,
  log,
}: StandaloneOptions): StandaloneGateway {
  const subgraphs = new Map<string, KeptSubgraph>();
  const load = (sdl: string): AskedOperations => {
    try {
      const fetches = fetchesOf(sdl, settings, subgraphs);
      const { limits, introspection } = settings;
      return new AskedOperations({ supergraphSdl: sdl, fetches, limits, introspection });
    } catch (cause) {
      if (cause instanceof CodedError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CodedError('CONFIG_INVALID', `That is no supergraph: ${reason}`, { cause });
    }
  };
  let operations = load(supergraphSdl);
  const forwardedNames = [
    ...new Set(
      [settings.headers, ...Object.values(settings.subgraphs).map(({ headers }) => headers)].flatMap(
        ({ forward }) => forward,
      ),
    ),
  ];
  const endpoint = new GraphQLEndpoint({ settings, operations: () => operations, forwardedNames, log });
  const server = createServer(
    { headersTimeout: arrivalMs, requestTimeout: 10 * arrivalMs },
    (request, response) => route(request, response, { endpoint, corsOrigins: settings.corsOrigins }),
  );
  server.on('clientError', answerUnreadable);
  const drain = drainable(server);
  return {
    listen: ({ port, host }) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ port, host }, () => {
          server.off('error', reject);
          const bound = server.address() as AddressInfo;
          resolve({ url: `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}` });
        });
      }),
    get underWay() {
      return endpoint.underWay;
    },
    replace: async (sdl) => {
      const next = load(sdl);
      await next.warm(operations);
      operations = next;
    },
    [Symbol.asyncDispose]: async () => {
      await drain.close(drainMs, () => new Promise((resolve) => server.close(() => resolve(undefined))));
      await Promise.all([...subgraphs.values()].map(({ subgraph }) => subgraph[Symbol.asyncDispose]()));
    },
  };
}

interface KeptSubgraph {
  readonly subgraph: HttpSubgraph;
  /** What it was opened with, as JSON. */
  readonly facts: string;
}

/** Connections of subgraphs that stay the same are kept over all supergraphs; those of others end when what they were asked is answered. */
function fetchesOf(
  sdl: string,
  settings: StandaloneSettings,
  kept: Map<string, KeptSubgraph>,
): ReadonlyMap<string, SubgraphFetch> {
  const fetches = new Map<string, SubgraphFetch>();
  for (const { name, url: told } of subgraphAddresses(sdl)) {
    const own = settings.subgraphs[name];
    const url = own?.url ?? told;
    if (!/^https?:/.test(url))
      throw new CodedError(
        'CONFIG_INVALID',
        `The supergraph names no URL for ${name}: say subgraphs.${name}.url in the settings.`,
      );
    const options: HttpSubgraphOptions = {
      name,
      url,
      timeoutMs: own?.timeoutMs ?? settings.timeoutMs,
      connections: own?.connections ?? settings.connections,
      retries: settings.retries,
      headers: { general: settings.headers, own: own?.headers ?? { forward: [], set: {} } },
    };
    const facts = JSON.stringify(options);
    const before = kept.get(name);
    if (before?.facts === facts) {
      fetches.set(name, before.subgraph.fetch);
      continue;
    }
    // Closing waits for what it was asked.
    if (before !== undefined) Promise.resolve(before.subgraph[Symbol.asyncDispose]()).catch(() => undefined);
    const subgraph = httpSubgraph(options);
    kept.set(name, { subgraph, facts });
    fetches.set(name, subgraph.fetch);
  }
  return fetches;
}

function route(
  request: IncomingMessage,
  response: ServerResponse,
  { endpoint, corsOrigins }: { readonly endpoint: GraphQLEndpoint; readonly corsOrigins: readonly string[] },
): void {
  const { url = '', method = '', headers } = request;
  const [path = ''] = url.split('?', 1);
  endSlowArrival(request, arrivalMs);
  if (isPreflight({ method, headers })) {
    response.writeHead(204, preflightHeaders(headers.origin, corsOrigins)).end();
    return;
  }
  if (headers.origin !== undefined)
    for (const [name, value] of Object.entries(crossOriginHeaders(headers.origin, corsOrigins)))
      response.setHeader(name, value);
  if (path === '/graphql') void endpoint.handle(request, response);
  else if (path === '/health/live' || path === '/health/ready')
    json(response, 200, { status: path.slice(8) });
  else json(response, 404, { code: 'ROUTE_NOT_FOUND', detail: 'The graph is at /graphql.' });
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
