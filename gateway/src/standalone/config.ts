import {
  choice,
  parseConfig,
  portSetting,
  type TracesSettings,
  tracesSettings,
  tracesVariables,
} from '@tributary/runtime';
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
  // What is sampled is for the settings file.
  ...tracesVariables.pick({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: true }).shape,
});

export interface StandaloneConfig extends GatewayArguments {
  readonly logLevel: z.infer<typeof environment>['LOG_LEVEL'];
  readonly traces: TracesSettings | undefined;
}

/** @throws CodedError CONFIG_INVALID saying what is wrong with the arguments or the environment. */
export function readConfig(): StandaloneConfig {
  const env = parseConfig(environment, process.env);
  const given = readArguments(process.argv.slice(2));
  return {
    ...given,
    metricsPort: given.metricsPort ?? env.METRICS_PORT,
    logLevel: env.LOG_LEVEL,
    traces: tracesSettings({ ...env, OTEL_TRACES_SAMPLER_ARG: 1 }),
  };
}

/** What to explain, where that is asked for. @throws CodedError CONFIG_INVALID saying what is wrong with the arguments. */
export function readExplain(): ExplainArguments | undefined {
  const [command, ...given] = process.argv.slice(2);
  return command === 'explain' ? readExplainArguments(given) : undefined;
}

/** A variable that a file names as `${env.NAME}`. */
export function environmentValue(name: string): string | undefined {
  return process.env[name];
}
