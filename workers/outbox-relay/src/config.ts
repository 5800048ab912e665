import { parseConfig, portSetting, processConfig, processSettings, wholeNumber } from '@tributary/runtime';
import { z } from 'zod';
import { defaultBacklogLimit } from './backlog-watch.ts';

export const serviceName = 'outbox-relay';

const schema = processSettings
  .extend({
    DATABASE_URL: z
      .string()
      .regex(/^postgres(ql)?:/, 'must be postgres://…: the relay shares the database of others'),
    EVENT_LOG_URL: z.string().default('embedded:'),
    DOCUMENT_STORE_URL: z.string().default('embedded:'),
    OUTBOX_LIMIT: wholeNumber({ from: 1_000, to: 1_000_000_000 }).default(defaultBacklogLimit),
    /** 0 takes a free port. */
    METRICS_PORT: portSetting.default(9_464),
  })
  .transform((env) => {
    const { host, logLevel, traces, ...rules } = processConfig(env);
    return {
      logLevel,
      traces,
      databaseUrl: env.DATABASE_URL,
      eventLogUrl: env.EVENT_LOG_URL,
      documentStoreUrl: env.DOCUMENT_STORE_URL,
      backlogLimit: env.OUTBOX_LIMIT,
      database: { applicationName: serviceName, poolSize: 6 },
      rules,
      metrics: { host, port: env.METRICS_PORT },
    };
  });

export type RelayConfig = Readonly<z.infer<typeof schema>>;

/** @throws CodedError CONFIG_INVALID naming every setting that is missing or wrong. */
export function readConfig(): RelayConfig {
  return parseConfig(schema, process.env);
}
