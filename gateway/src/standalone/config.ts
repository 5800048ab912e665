import { choice, httpUrlSetting, parseConfig, portSetting } from '@tributary/runtime';
import { z } from 'zod';
import {
  type ExplainArguments,
  type GatewayArguments,
  readArguments,
  readExplainArguments,
} from './arguments.ts';

const environment = z.object({
  LOG_LEVEL: choice(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  METRICS_PORT: portSetting.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: httpUrlSetting.optional(),
});

export interface StandaloneConfig extends GatewayArguments {
  readonly logLevel: z.infer<typeof environment>['LOG_LEVEL'];
  readonly tracesEndpoint: string | undefined;
}

/** @throws CodedError CONFIG_INVALID saying what is wrong with the arguments or the environment. */
export function readConfig(): StandaloneConfig {
  const env = parseConfig(environment, process.env);
  const given = readArguments(process.argv.slice(2));
  return {
    ...given,
    metricsPort: given.metricsPort ?? env.METRICS_PORT,
    logLevel: env.LOG_LEVEL,
    tracesEndpoint: env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
  };
}

/** What to explain, where that is asked for. @throws CodedError CONFIG_INVALID saying what is wrong with the arguments. */
export function readExplain(): ExplainArguments | undefined {
  const [command, ...given] = process.argv.slice(2);
  return command === 'explain' ? readExplainArguments(given) : undefined;
}
