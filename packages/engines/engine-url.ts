import { fileURLToPath } from 'node:url';
import { CodedError } from '@tributary/runtime';

/** Where embedded engines may stand. */
export interface EngineLeave {
  /** True in production, where an embedded engine is almost always a forgotten setting. */
  readonly production: boolean;
  /** `ALLOW_EMBEDDED=1`: somebody decided that one machine is enough. */
  readonly allowEmbedded: boolean;
}

export interface EngineUrlRules extends EngineLeave {
  /** The setting the URL came from, for the message: `DATABASE_URL`. */
  readonly setting: string;
  /** Schemes of this port, without the colon, `embedded` among them. */
  readonly schemes: readonly string[];
}

export interface EngineUrl {
  readonly scheme: string;
  readonly url: string;
}

/**
 * Reads the scheme that chooses an adapter, the one switch between laptop and cluster.
 * @throws CodedError CONFIG_INVALID on an unknown scheme, or an embedded engine in production without leave.
 */
export function parseEngineUrl(url: string, rules: EngineUrlRules): EngineUrl {
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(url)?.[1];
  if (scheme === undefined || !rules.schemes.includes(scheme)) {
    const known = rules.schemes.map((name) => `${name}:`).join(', ');
    // The URL itself stays out of the message: it may hold a password.
    throw new CodedError('CONFIG_INVALID', `${rules.setting} must start with one of ${known}.`, {
      details: { setting: rules.setting, schemes: rules.schemes },
    });
  }
  if (scheme === 'embedded' && rules.production && !rules.allowEmbedded) {
    throw new CodedError(
      'CONFIG_INVALID',
      `${rules.setting} names an embedded engine, which production refuses; name a server, or set ALLOW_EMBEDDED=1.`,
      { details: { setting: rules.setting } },
    );
  }
  return { scheme, url };
}

/** The folder that `file:///an/absolute/path` names. @throws CodedError CONFIG_INVALID */
export function folderOfFileUrl(url: string, setting: string): string {
  const fault = (cause?: unknown): CodedError => {
    const message = `${setting} must name a folder as file:///an/absolute/path.`;
    return new CodedError('CONFIG_INVALID', message, { cause, details: { setting } });
  };
  // `file:folder` would be taken for a folder of the root.
  if (!/^file:\/\/[^?#]*$/.test(url)) throw fault();
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw fault(cause);
  }
}

/** A user, password or name of a URL, as it is. @throws what `refuse` makes of a fault */
export function decodedCredential(text: string, refuse: (why: string) => CodedError): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refuse('a % in a user, password or name is written %25');
  }
}
