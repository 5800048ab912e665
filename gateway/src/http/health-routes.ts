import { CallsUnderWay, CodedError, missingEngines, type Registry } from '@tributary/runtime';
import type { FastifyInstance } from 'fastify';
import { type MetricsAccess, showsToken } from '../security/metrics-access.ts';

export interface HealthCheck {
  readonly name: string;
  /** Resolves when it is there. Its error stays inside: strangers may read health. */
  readonly check: () => Promise<unknown> | unknown;
}

const checkMs = 2_000;

/** Says what is missing, by name: parts, and behind them the engines they lack. Runs all checks at once, each for two seconds at most. */
export async function missingParts(checks: readonly HealthCheck[]): Promise<readonly string[]> {
  return [...new Set((await Promise.all(checks.map(missingIn))).flat())];
}

/** Of every gateway of the process. */
const looks = new CallsUnderWay<unknown>();

async function missingIn(part: HealthCheck): Promise<readonly string[]> {
  const { name, check } = part;
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(() => resolve([name]), checkMs);
  });
  const answering = looks
    .ask(part, async () => check())
    .then(
      () => [],
      (error: unknown) => [name, ...missingEngines(error)],
    );
  try {
    return await Promise.race([answering, overdue]);
  } finally {
    clearTimeout(timer);
  }
}

export function addHealthRoutes(
  server: FastifyInstance,
  checks: readonly HealthCheck[],
  { metrics, access }: { readonly metrics: Registry; readonly access: MetricsAccess },
): void {
  server.get('/health/live', async () => ({ status: 'live' }));
  // Anybody may ask, so asking must not become work for every engine: callers of one moment share one look.
  let looking: Promise<readonly string[]> | undefined;
  const look = (): Promise<readonly string[]> => {
    looking ??= missingParts(checks).finally(() => {
      looking = undefined;
    });
    return looking;
  };
  server.get('/health/ready', async (_request, reply) => {
    const missing = await look();
    if (missing.length === 0) return { status: 'ready' };
    return reply.code(503).header('retry-after', '1').send({ status: 'not ready', missing });
  });
  // Where it is closed there is nothing at this path, as at any other.
  if (access === 'closed') return;
  server.get('/metrics', async (request, reply) => {
    if (access !== 'open' && !showsToken(request.headers.authorization, access.token))
      throw new CodedError(
        'UNAUTHENTICATED',
        'The figures are for who shows METRICS_TOKEN as a bearer token.',
      );
    return reply.type(metrics.contentType).send(await metrics.metrics());
  });
}
