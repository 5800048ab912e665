import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CodedError } from './coded-error.ts';
import type { Registry } from './metrics.ts';
import { missingEngines, type NeededEngines, requireEngines } from './readiness.ts';

export interface MetricsServerOptions {
  readonly host: string;
  readonly port: number;
  readonly metrics: Registry;
  /** What the process needs; it is not ready while one of them is away, and names it. */
  readonly engines: NeededEngines;
}

export interface MetricsServer extends AsyncDisposable {
  readonly port: number;
}

/** `/metrics` for Prometheus, `/health/live` and `/health/ready` for the orchestrator; nothing else. */
export async function serveMetrics(options: MetricsServerOptions): Promise<MetricsServer> {
  const text = (status: number, body: string) => ({ status, type: 'text/plain', body });
  const answer = async (
    path: string | undefined,
  ): Promise<{ status: number; type: string; body: string }> => {
    if (path === '/metrics')
      return { status: 200, type: options.metrics.contentType, body: await options.metrics.metrics() };
    if (path === '/health/live') return text(200, 'live\n');
    if (path !== '/health/ready') return text(404, 'not found\n');
    return requireEngines(options.engines).then(
      () => text(200, 'ready\n'),
      (error: unknown) => text(503, `${['not ready', ...missingEngines(error)].join(' ')}\n`),
    );
  };
  const server = createServer((request, response) => {
    answer(request.url)
      .catch(() => text(500, 'the figures cannot be read\n'))
      .then(({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body))
      // Nobody is left to be answered.
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new CodedError(
          'CONFIG_INVALID',
          `Port ${options.port} for metrics cannot be used; set METRICS_PORT to another.`,
          { cause },
        ),
      );
    });
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
