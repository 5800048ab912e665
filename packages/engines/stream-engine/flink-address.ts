import { CodedError } from '@tributary/runtime';
import { decodedCredential } from '../engine-url.ts';
import { type TlsParameters, tlsParametersOf } from '../tls-files.ts';

/** What a URL says about a Flink; reading it opens nothing. */
export interface FlinkAddress {
  /** The setting the URL came from, for messages. */
  readonly setting: string;
  /** `http://host:port` of the SQL Gateway and of the JobManager. */
  readonly gatewayUrl: string;
  readonly jobManagerUrl: string;
  /** `host:port,…` of Kafka as Flink's machines see it; undefined: as we see it. */
  readonly brokers: string | undefined;
  /** How often a job commits what it has computed: what a result takes longer than the event. */
  readonly commitMs: number;
  /** What an answer may take. */
  readonly timeoutMs: number;
  /** Where checkpoints and savepoints go (`s3://…`, `file:///…`); undefined: where the cluster's own settings say. */
  readonly statesUrl: string | undefined;
  /** For a proxy that stands before both and asks who comes (HTTP's basic authentication): Flink itself knows no users. */
  readonly login: { readonly username: string; readonly password: string } | undefined;
  readonly tls: TlsParameters | undefined;
}

const tlsParameters = ['tlsCa', 'tlsCert', 'tlsKey', 'tlsServerName'];
const parameters = ['jobManager', 'brokers', 'commitMs', 'timeoutMs', 'states', ...tlsParameters];
const urlForm = /^(flinks?):\/\/(?:([^@/?#]*)@)?([\w.-]+)(?::(\d{1,5}))?\/?(?:\?([^#]*))?$/;
const placeForm = /^[\w.-]+(:\d{1,5})?$/;
const defaultGatewayPort = 8_083;
const defaultJobManagerPort = 8_081;

/**
 * Reads `flink://gateway:8083?jobManager=host:8081&brokers=kafka:9092&commitMs=1000`; `flinks://user:password@gateway` is HTTPS for both,
 * with `tlsCa`, `tlsCert`, `tlsKey` (files) and `tlsServerName`.
 * @throws CodedError CONFIG_INVALID that names the setting and what is wrong, never the URL: it may hold a password
 */
export function parseFlinkUrl(url: string, setting: string): FlinkAddress {
  const refuse = (why: string): CodedError =>
    new CodedError(
      'CONFIG_INVALID',
      `${setting} must look like flink://gateway:8083?jobManager=host:8081: ${why}.`,
      { details: { setting } },
    );
  const [, scheme, user, host, port = String(defaultGatewayPort), query = ''] = urlForm.exec(url) ?? [];
  if (host === undefined)
    throw refuse('it has no such form; special characters in a password are written as %23');
  const isTls = scheme === 'flinks';
  if (user !== undefined && !isTls)
    throw refuse('a user goes with flinks://, since HTTP would show the password to the network');
  const [, username, password] = /^([^:]+):(.+)$/.exec(user ?? '') ?? [];
  if (user !== undefined && (username === undefined || password === undefined))
    throw refuse('a user comes with a password');
  const options = new URLSearchParams(query);
  const unknown = [...options.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined) throw refuse(`there is no ${unknown}, only ${parameters.join(', ')}`);
  const given = (name: string): string | undefined => options.get(name) || undefined;
  if (!isTls && tlsParameters.some((name) => given(name) !== undefined))
    throw refuse('options of TLS go with flinks://');
  if ((given('tlsCert') === undefined) !== (given('tlsKey') === undefined))
    throw refuse('tlsCert and tlsKey go together');
  const jobManager = given('jobManager') ?? host;
  if (!placeForm.test(jobManager)) throw refuse('jobManager is host:port');
  const brokers = given('brokers');
  if (brokers !== undefined && !brokers.split(',').every((place) => placeForm.test(place)))
    throw refuse('brokers are host:port, parted by commas');
  const states = given('states');
  if (states !== undefined && !/^[a-z0-9]+:\/\/[\w./-]*$/.test(states))
    throw refuse('states is the URL of a folder');
  const milliseconds = (name: string, absent: number): number => {
    const given = options.get(name) ?? String(absent);
    if (!/^[1-9]\d{2,4}$/.test(given)) throw refuse(`${name} is from 100 to 99999`);
    return Number(given);
  };
  const http = isTls ? 'https' : 'http';
  return {
    setting,
    gatewayUrl: `${http}://${host}:${port}`,
    jobManagerUrl: `${http}://${jobManager.includes(':') ? jobManager : `${jobManager}:${defaultJobManagerPort}`}`,
    brokers,
    commitMs: milliseconds('commitMs', 1_000),
    timeoutMs: milliseconds('timeoutMs', 30_000),
    statesUrl: states,
    login:
      username === undefined || password === undefined
        ? undefined
        : { username: decodedCredential(username, refuse), password: decodedCredential(password, refuse) },
    tls: isTls ? tlsParametersOf(given) : undefined,
  };
}
