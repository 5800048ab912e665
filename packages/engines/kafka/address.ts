import { CodedError } from '@tributary/runtime';
import { decodedCredential } from '../engine-url.ts';
import { type TlsParameters, tlsParametersOf } from '../tls-files.ts';

/** What a URL says about a Kafka; reading it opens nothing. */
export interface KafkaAddress {
  /** The setting the URL came from, for messages: `EVENT_LOG_URL`. */
  readonly setting: string;
  /** `host:port` of brokers to begin with; they name the others. */
  readonly brokers: readonly string[];
  /** Put before the name of every topic and group, so that installations can share a cluster. */
  readonly prefix: string;
  readonly login: KafkaLogin | undefined;
  /** What an answer may take; what is asked fails with a code to try again after about twice that. */
  readonly timeoutMs: number;
  /** Copies of each record; the brokers' own default when undefined. */
  readonly replicas: number | undefined;
  readonly tls: TlsParameters | undefined;
}

export interface KafkaLogin {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

const parameters = ['timeoutMs', 'replicas', 'sasl', 'tlsCa', 'tlsCert', 'tlsKey', 'tlsServerName'];
const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
/** What Kafka allows in names, short enough to leave room for them. */
const prefixForm = /^[\w.-]{0,64}$/;
const urlForm = /^kafkas?:\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/;
const hostForm = /^[\w.-]+:(\d{1,5})$/;

/**
 * Reads `kafka://user:password@host:9092,host2:9092/prefix?timeoutMs=5000`; `kafkas://` is TLS, with `tlsCa`, `tlsCert`, `tlsKey` (files) and `tlsServerName`.
 * `sasl` is `plain`, `scram-sha-256` or `scram-sha-512` (when absent).
 * @throws CodedError CONFIG_INVALID that names the setting and what is wrong, never the URL: it may hold a password.
 */
export function parseKafkaUrl(url: string, setting: string): KafkaAddress {
  const refuse = (why: string): CodedError =>
    new CodedError(
      'CONFIG_INVALID',
      `${setting} must look like kafka://user:password@host:9092/prefix: ${why}.`,
      {
        details: { setting },
      },
    );
  const [, login, hosts, prefix = '', query = ''] = urlForm.exec(url) ?? [];
  if (hosts === undefined)
    throw refuse('it has no such form; special characters in a password are written as %23');
  const brokers = hosts.split(',').map((host) => (host.includes(':') ? host : `${host}:9092`));
  if (hosts.includes('['))
    throw refuse('brokers are known by names or addresses of IPv4; give one of IPv6 a name');
  if (!brokers.every(isPlace)) throw refuse('hosts are host:port, parted by commas; a port is up to 65535');
  if (!prefixForm.test(prefix)) throw refuse('a prefix has up to 64 letters, digits and . _ -');
  const options = new URLSearchParams(query);
  const unknown = [...options.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined) throw refuse(`there is no ${unknown}, only ${parameters.join(', ')}`);
  const given = (name: string): string | undefined => options.get(name) || undefined;
  const isTls = url.startsWith('kafkas:');
  if (!isTls && parameters.some((name) => name.startsWith('tls') && given(name) !== undefined))
    throw refuse('options of TLS go with kafkas://');
  if ((given('tlsCert') === undefined) !== (given('tlsKey') === undefined))
    throw refuse('tlsCert and tlsKey go together');
  const timeoutMs = given('timeoutMs') ?? '5000';
  if (!/^[1-9]\d{2,4}$/.test(timeoutMs)) throw refuse('timeoutMs is from 100 to 99999');
  const replicas = given('replicas');
  if (replicas !== undefined && !/^[1-9]$/.test(replicas)) throw refuse('replicas is from 1 to 9');
  const mechanism = mechanisms.find((name) => name === (given('sasl') ?? 'scram-sha-512'));
  if (mechanism === undefined) throw refuse(`sasl is ${mechanisms.join(', ')}`);
  const [, username, password] = /^([^:]+):(.+)$/.exec(login ?? '') ?? [];
  if (
    (login !== undefined || given('sasl') !== undefined) &&
    (username === undefined || password === undefined)
  )
    throw refuse('a user comes with a password');
  return {
    setting,
    brokers,
    prefix,
    login:
      username === undefined || password === undefined
        ? undefined
        : {
            mechanism,
            username: decodedCredential(username, refuse),
            password: decodedCredential(password, refuse),
          },
    timeoutMs: Number(timeoutMs),
    replicas: replicas === undefined ? undefined : Number(replicas),
    tls: isTls ? tlsParametersOf(given) : undefined,
  };
}

function isPlace(broker: string): boolean {
  const port = Number(hostForm.exec(broker)?.[1]);
  return port >= 1 && port <= 65_535;
}
