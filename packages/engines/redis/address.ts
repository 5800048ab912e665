import { isIP } from 'node:net';
import { CodedError } from '@tributary/runtime';
import { decodedCredential } from '../engine-url.ts';
import { readTlsFiles, type TlsParameters, tlsNaming, tlsParametersOf } from '../tls-files.ts';

/** What a URL says about a Redis; reading it opens nothing. */
export interface RedisAddress {
  /** The setting the URL came from, for messages: `KEY_VALUE_URL`. */
  readonly setting: string;
  readonly host: string;
  readonly port: number;
  readonly database: number;
  /** Of an ACL (Redis 6); without it the password is that of the user `default`. */
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Put before every key and channel, so that installations can share one server. */
  readonly prefix: string;
  /** What a command may take, and what a lost connection is waited for. */
  readonly timeoutMs: number;
  readonly tls: TlsParameters | undefined;
}

const parameters = ['prefix', 'timeoutMs', 'tlsCa', 'tlsCert', 'tlsKey', 'tlsServerName'];
/** Names of its own count: colons part them. */
const prefixForm = /^[\w.:-]{1,64}$/;

/**
 * Reads `redis://user:password@host:6379/0?prefix=shop:&timeoutMs=2000`; `rediss://` is TLS, with `tlsCa`, `tlsCert`, `tlsKey` (files) and `tlsServerName`.
 * @throws CodedError CONFIG_INVALID that names the setting and what is wrong, never the URL: it may hold a password.
 */
export function parseRedisUrl(url: string, setting: string): RedisAddress {
  const refuse = (why: string): CodedError =>
    new CodedError('CONFIG_INVALID', `${setting} must look like redis://user:password@host:6379/0: ${why}.`, {
      details: { setting },
    });
  if (!URL.canParse(url)) throw refuse('it is no URL');
  const { protocol, hostname, port, pathname, username, password, searchParams, hash } = new URL(url);
  if (hostname === '') throw refuse('it names no host');
  if (hash !== '') throw refuse('a # in a password is written %23');
  const database = /^\/?(\d{0,5})$/.exec(pathname)?.[1];
  if (database === undefined) throw refuse('its path is the number of a database');
  const unknown = [...searchParams.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined) throw refuse(`there is no ${unknown}, only ${parameters.join(', ')}`);
  const given = (name: string): string | undefined => searchParams.get(name) || undefined;
  const isTls = protocol === 'rediss:';
  if (!isTls && parameters.some((name) => name.startsWith('tls') && given(name) !== undefined))
    throw refuse('options of TLS go with rediss://');
  if ((given('tlsCert') === undefined) !== (given('tlsKey') === undefined))
    throw refuse('tlsCert and tlsKey go together');
  const prefix = given('prefix') ?? 'tributary:';
  if (!prefixForm.test(prefix)) throw refuse('prefix has up to 64 letters, digits and . : _ -');
  const timeoutMs = given('timeoutMs') ?? '2000';
  if (!/^[1-9]\d{1,4}$/.test(timeoutMs)) throw refuse('timeoutMs is from 10 to 99999');
  return {
    setting,
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? 6_379 : Number(port),
    database: Number(database),
    username: username === '' ? undefined : decodedCredential(username, refuse),
    password: password === '' ? undefined : decodedCredential(password, refuse),
    prefix,
    timeoutMs: Number(timeoutMs),
    tls: isTls ? tlsParametersOf(given) : undefined,
  };
}

/** The TLS options of a connection, its files read. @throws CodedError CONFIG_INVALID for a file that cannot be read */
export async function redisTls({ setting, host, tls }: RedisAddress) {
  if (tls === undefined) return undefined;
  // RFC 6066 §3: a server name is no address; those are checked against the certificate as they are.
  const ofHost = isIP(host) === 0 ? { servername: host } : {};
  return { ...ofHost, ...(await readTlsFiles(setting, tls)), ...tlsNaming(tls) };
}
