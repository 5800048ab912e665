import { CodedError } from '@tributary/runtime';
import { type TlsParameters, tlsParametersOf } from '../tls-files.ts';

/** What a URL says about a Spark Connect server; reading it opens nothing. */
export interface SparkAddress {
  /** The setting the URL came from, for messages: `BATCH_ENGINE_URL`. */
  readonly setting: string;
  readonly host: string;
  readonly port: number;
  /** Whom Spark's own lists name as the owner of what we run. */
  readonly user: string;
  /** Sent as a bearer token with every call. */
  readonly token: string | undefined;
  /** A folder that Spark's machines see under the same path: sources and results pass through it. */
  readonly folder: string;
  /** What an answer may take that computes nothing, and what a lost connection is waited for. */
  readonly timeoutMs: number;
  readonly tls: TlsParameters | undefined;
}

const parameters = ['folder', 'timeoutMs', 'tlsCa', 'tlsCert', 'tlsKey', 'tlsServerName'];
const urlForm = /^sparks?:\/\/(?:([^@/?#]*)@)?([\w.-]+)(?::(\d{1,5}))?\/?(?:\?([^#]*))?$/;
const defaultPort = 15_002;

/**
 * Reads `spark://user:token@host:15002?folder=/mnt/batch&timeoutMs=10000`; `sparks://` is TLS, with `tlsCa`, `tlsCert`, `tlsKey` (files) and `tlsServerName`.
 * @throws CodedError CONFIG_INVALID that names the setting and what is wrong, never the URL: it may hold a token.
 */
export function parseSparkUrl(url: string, setting: string): SparkAddress {
  const refuse = (why: string): CodedError =>
    new CodedError(
      'CONFIG_INVALID',
      `${setting} must look like spark://user:token@host:15002?folder=/mnt/batch: ${why}.`,
      { details: { setting } },
    );
  const [, login = '', host, port = String(defaultPort), query = ''] = urlForm.exec(url) ?? [];
  if (host === undefined)
    throw refuse('it has no such form; special characters in a token are written as %23');
  const options = new URLSearchParams(query);
  const unknown = [...options.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined) throw refuse(`there is no ${unknown}, only ${parameters.join(', ')}`);
  const given = (name: string): string | undefined => options.get(name) || undefined;
  const isTls = url.startsWith('sparks:');
  if (!isTls && parameters.some((name) => name.startsWith('tls') && given(name) !== undefined))
    throw refuse('options of TLS go with sparks://');
  if ((given('tlsCert') === undefined) !== (given('tlsKey') === undefined))
    throw refuse('tlsCert and tlsKey go together');
  const timeoutMs = given('timeoutMs') ?? '10000';
  if (!/^[1-9]\d{2,4}$/.test(timeoutMs)) throw refuse('timeoutMs is from 100 to 99999');
  const folder = given('folder');
  if (folder === undefined || !/^\/[^\0]*$/.test(folder))
    throw refuse('folder is the absolute path of a folder that Spark sees as well');
  const [user = '', token = ''] = login.split(':').map((part) => decoded(part, refuse));
  return {
    setting,
    host,
    port: Number(port),
    user: user === '' ? 'tributary' : user,
    token: token === '' ? undefined : token,
    folder,
    timeoutMs: Number(timeoutMs),
    tls: isTls ? tlsParametersOf(given) : undefined,
  };
}

function decoded(text: string, refuse: (why: string) => CodedError): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refuse('a % in a user or token is written %25');
  }
}
