import { CodedError } from '@tributary/runtime';
import type { FastifyInstance } from 'fastify';
import { GraphQLError, parse, validate } from 'graphql';
import { z } from 'zod';
import { explainedPlan } from '../planning/explained.ts';
import { planText } from '../planning/plan-text.ts';
import type { LoadedSupergraph } from '../planning/supergraph.ts';
import { showsToken } from '../security/metrics-access.ts';
import { brokenLimit, brokenVariables } from '../security/operation-limits.ts';
import { limited, rateHeaders } from '../security/rate-limit.ts';
import { clientAddress } from './client-address.ts';
import type { Edge } from './edge.ts';

const asked = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

/**
 * `POST /graphql/explain`: how an operation is answered, as text. For whoever may read `/metrics`, because a plan tells how the graph is cut; where that is
 * closed there is nothing at this path either.
 */
export function addExplainRoute(
  server: FastifyInstance,
  supergraph: () => LoadedSupergraph,
  { settings, rateLimiter }: Pick<Edge, 'settings' | 'rateLimiter'>,
): void {
  const { metricsAccess: access, operations: limits, trustProxy } = settings;
  if (access === 'closed') return;
  server.post('/graphql/explain', async (request, reply) => {
    if (access !== 'open' && !showsToken(request.headers.authorization, access.token))
      throw new CodedError('UNAUTHENTICATED', 'Plans are for who shows METRICS_TOKEN as a bearer token.');
    const tries = await rateLimiter.takeForAddress(clientAddress(request.raw, trustProxy));
    reply.headers(rateHeaders(tries));
    if (!tries.allowed) throw limited(tries.retryAfterMs);
    const given = asked.safeParse(request.body);
    if (!given.success) throw new CodedError('BAD_REQUEST', 'The body is a request as /graphql takes it.');
    const { query, operationName, variables } = given.data;
    return reply.type('text/plain; charset=utf-8').send(
      await orUserInput(async () => {
        const document = parse(query, { maxTokens: limits.tokens });
        const broken = brokenLimit(document, limits) ?? brokenVariables(variables ?? {}, limits);
        if (broken !== undefined) throw broken;
        const [fault] = validate(supergraph().apiSchema, document, undefined, { maxErrors: 1 });
        if (fault !== undefined) throw fault;
        const operation = { document, operationName: operationName ?? undefined, variables: variables ?? {} };
        return `${planText(await explainedPlan(supergraph(), operation))}\n`;
      }),
    );
  });
}

async function orUserInput<Value>(make: () => Promise<Value>): Promise<Value> {
  try {
    return await make();
  } catch (cause) {
    if (cause instanceof GraphQLError) throw new CodedError('BAD_USER_INPUT', cause.message, { cause });
    throw cause;
  }
}
