import {
  engineSettings,
  httpUrlSetting,
  jsonSetting,
  parseConfig,
  portSetting,
  processConfig,
  processSettings,
  wholeNumber,
} from '@tributary/runtime';
import type { createAssertionMinter } from '@tributary/subgraph-kit';
import { z } from 'zod';

export const serviceName = 'job-runner';

const jwk = jsonSetting<Parameters<typeof createAssertionMinter>[0]>('must be a JWK in JSON');

const schema = processSettings
  .extend({
    DATABASE_URL: z
      .string()
      .regex(/^postgres(ql)?:/, 'must be postgres://…: the runner shares the database of others'),
    BATCH_ENGINE_URL: engineSettings.shape.BATCH_ENGINE_URL,
    GATEWAY_URL: httpUrlSetting,
    ASSERTION_PRIVATE_KEY: jwk,
    /** 0 takes a free port. */
    METRICS_PORT: portSetting.default(9_465),
    JOB_PROCESSES: wholeNumber({ from: 1, to: 64 }).default(4),
  })
  .transform((env) => {
    const { host, logLevel, traces, ...rules } = processConfig(env);
    return {
      logLevel,
      traces,
      databaseUrl: env.DATABASE_URL,
      batchEngineUrl: env.BATCH_ENGINE_URL,
      database: { applicationName: serviceName, poolSize: 8 },
      rules,
      gatewayUrl: env.GATEWAY_URL,
      assertionPrivateKey: env.ASSERTION_PRIVATE_KEY,
      metrics: { host, port: env.METRICS_PORT },
      processes: env.JOB_PROCESSES,
    };
  });

export type RunnerConfig = Readonly<z.infer<typeof schema>>;

/** @throws CodedError CONFIG_INVALID naming every setting that is missing or wrong. */
export function readConfig(): RunnerConfig {
  return parseConfig(schema, process.env);
}
