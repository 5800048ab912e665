import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
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

/**
 * What signs the product's cursors: `CURSOR_SECRET`, as gateways of their own are told it, or what the product keeps in its data folder.
 * @throws CodedError CONFIG_INVALID when neither is there to be read
 */
export function readCursorSecret(profile: string): string {
  const given = set(process.env)['CURSOR_SECRET'];
  if (given !== undefined) return given;
  const path = join(readPlace(profile).dataDir, 'secrets.json');
  let kept: unknown;
  try {
    kept = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw unknownSecret(path, cause);
  }
  const { cursorSecret } = (kept ?? {}) as { readonly cursorSecret?: unknown };
  if (typeof cursorSecret !== 'string') throw unknownSecret(path, undefined);
  return cursorSecret;
}

function unknownSecret(path: string, cause: unknown): CodedError {
  const message = `Cursors are read with the secret that signs them: set CURSOR_SECRET, or let this user read ${path}.`;
  return new CodedError('CONFIG_INVALID', message, { cause });
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
