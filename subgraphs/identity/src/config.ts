import {
  accessTokenSecondsSetting,
  choice,
  engineSettings,
  jsonSetting,
  parseConfig,
  slugSetting,
  subgraphConfig,
  subgraphSettings,
  wholeNumber,
} from '@tributary/runtime';
import type { JWK } from 'jose';
import { z } from 'zod';
import type { PublishedSignIn } from './adapters/open-sign-ins.ts';
import { defaultSettings, type IdentitySettings } from './core.ts';

const settings = subgraphSettings<JWK>(4001).extend({
  ...engineSettings.pick({ EVENT_LOG_URL: true, KEY_VALUE_URL: true }).shape,
  SEALING_KEY: z
    .string()
    .refine((text) => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in Base64'),
  SIGN_UP: choice(['open', 'closed']).default('open'),
  SIGN_UPS_PER_MINUTE: wholeNumber({ from: 1, to: 1_000_000_000 }).default(defaultSettings.signUpsPerMinute),
  ACCESS_TOKEN_SECONDS: accessTokenSecondsSetting,
  DEMO_SIGN_INS: jsonSetting<readonly PublishedSignIn[]>('must be a list of sign-ins in JSON').optional(),
  DEFAULT_WORKSPACE: slugSetting.default('demo'),
});

export type IdentityConfig = ReturnType<typeof readConfig>;

/** Reads the environment of the split form. @throws CodedError CONFIG_INVALID naming every fault. */
export function readConfig() {
  const env = parseConfig(settings, process.env);
  return Object.freeze({
    ...subgraphConfig<JWK>(env),
    eventLogUrl: env.EVENT_LOG_URL,
    keyValueUrl: env.KEY_VALUE_URL,
    settings: Object.freeze<IdentitySettings>({
      ...defaultSettings,
      signUpOpen: env.SIGN_UP === 'open',
      signUpsPerMinute: env.SIGN_UPS_PER_MINUTE,
      sealingKey: env.SEALING_KEY,
      accessTokenSeconds: env.ACCESS_TOKEN_SECONDS,
      operatorWorkspace: env.DEFAULT_WORKSPACE,
      demoSignIns: env.DEMO_SIGN_INS ?? [],
    }),
  });
}
