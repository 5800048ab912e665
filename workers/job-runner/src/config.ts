import { jsonSetting, parseConfig } from '@tributary/runtime';
import type { createAssertionMinter } from '@tributary/subgraph-kit';
import { z } from 'zod';

export const serviceName = 'job-runner';

const jwk = jsonSetting<Parameters<typeof createAssertionMinter>[0]>('must be a JWK in JSON');

const schema = z
  .object({
    NODE_ENV: z.string().default('development'),
    LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    DATABASE_URL: z
      .string()
      .regex(/^postgres(ql)?:/, 'must be postgres://…: the runner shares the database of others'),
    ALLOW_EMBEDDED: z.enum(['0', '1']).default('0'),
    GATEWAY_URL: z.url(),
    ASSERTION_PRIVATE_KEY: jwk,
    HOST: z.string().default('127.0.0.1'),
    /** 0 takes a free port. */
    METRICS_PORT: z.coerce.number().int().min(0).max(65_535).default(9_465),
    JOB_PROCESSES: z.coerce.number().int().min(1).max(64).default(4),
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.url().optional(),
  })
  .transform((env) => ({
    logLevel: env.LOG_LEVEL,
    databaseUrl: env.DATABASE_URL,
    database: { dataDir: '', applicationName: serviceName, poolSize: 8 },
    rules: { production: env.NODE_ENV === 'production', allowEmbedded: env.ALLOW_EMBEDDED === '1' },
    gatewayUrl: env.GATEWAY_URL,
    assertionPrivateKey: env.ASSERTION_PRIVATE_KEY,
    metrics: { host: env.HOST, port: env.METRICS_PORT },
    processes: env.JOB_PROCESSES,
    tracesEndpoint: env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
  }));

export type RunnerConfig = Readonly<z.infer<typeof schema>>;

/** @throws CodedError CONFIG_INVALID naming every setting that is missing or wrong. */
export function readConfig(): RunnerConfig {
  return parseConfig(schema, process.env);
}
