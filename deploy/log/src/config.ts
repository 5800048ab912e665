import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { CodedError, createLogger, type Logger } from '@tributary/runtime';

/** Where the log is, as the product was told. */
export interface LogPlace {
  readonly eventLogUrl: string;
  readonly databaseUrl: string;
  readonly dataDir: string;
}

/** Reads `EVENT_LOG_URL`, `DATABASE_URL` and `DATA_DIR` as the product does: the environment wins over the profile. @throws CodedError CONFIG_INVALID */
export function readPlace(profile: string): LogPlace {
  const env = { ...settingsOf(profile), ...set(process.env) };
  return Object.freeze({
    eventLogUrl: env['EVENT_LOG_URL'] ?? 'embedded:',
    databaseUrl: env['DATABASE_URL'] ?? 'embedded:',
    dataDir: resolve(env['DATA_DIR'] ?? '.tributary'),
  });
}

/** The engines' own words; what matters to people are the errors. */
export function quietLogger(): Logger {
  return createLogger({ name: 'tributary-log', level: 'silent' });
}

function settingsOf(profile: string): NodeJS.Dict<string> {
  if (!/^[a-z0-9-]+$/.test(profile))
    throw new CodedError('CONFIG_INVALID', 'A profile name has lower-case letters, digits and dashes.');
  try {
    return parseEnv(readFileSync(new URL(`../../profiles/${profile}.env`, import.meta.url), 'utf8'));
  } catch (cause) {
    throw new CodedError('CONFIG_INVALID', `There is no profile ${profile} in deploy/profiles.`, { cause });
  }
}

/** An empty setting is none. */
function set(env: NodeJS.ProcessEnv): NodeJS.Dict<string> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
}
