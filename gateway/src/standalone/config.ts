import { choice, parseConfig } from '@tributary/runtime';
import { z } from 'zod';
import { type GatewayArguments, readArguments } from './arguments.ts';

const environment = z.object({
  LOG_LEVEL: choice(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

export interface StandaloneConfig extends GatewayArguments {
  readonly logLevel: z.infer<typeof environment>['LOG_LEVEL'];
  readonly tracesEndpoint: undefined;
}

/** @throws CodedError CONFIG_INVALID saying what is wrong with the arguments or the environment. */
export function readConfig(): StandaloneConfig {
  const { LOG_LEVEL: logLevel } = parseConfig(environment, process.env);
  return { ...readArguments(process.argv.slice(2)), logLevel, tracesEndpoint: undefined };
}
