import { CodedError } from '@tributary/runtime';
import { decodedCredential } from '../engine-url.ts';
import type { TlsFiles } from '../tls-files.ts';

/** What a URL says about a bucket; reading it opens nothing. */
export interface S3Address {
  /** Where a store that is not AWS answers: `https://minio:9000`. */
  readonly endpoint: string | undefined;
  readonly bucket: string;
  readonly region: string;
  /** Buckets in the path rather than in the host's name. */
  readonly pathStyle: boolean;
  /** Without them, what the SDK finds: environment, profile, the role of the machine. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** What an answer may take, and what the store may take for the next bytes of a body. */
  readonly timeoutMs: number;
  readonly encryption:
    | { readonly algorithm: 'AES256' | 'aws:kms'; readonly kmsKeyId: string | undefined }
    | undefined;
  readonly tls: TlsFiles;
}

/** What the URL is set in, for messages. */
export const s3Setting = 'OBJECT_STORE_URL';
const tlsParameters = ['tlsCa', 'tlsCert', 'tlsKey'];
const parameters = ['region', 'pathStyle', 'tls', 'sse', 'kmsKeyId', 'timeoutMs', ...tlsParameters];
const timeoutsMs = { default: 10_000, atLeast: 100, atMost: 60_000 };
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * Reads `s3://accessKey:secretKey@host:9000/bucket?region=eu-central-1&pathStyle=on&tls=off&sse=aws:kms&kmsKeyId=…`; `s3:///bucket?region=…` is AWS itself.
 * @throws CodedError CONFIG_INVALID that says what is wrong, never the URL: it may hold a secret.
 */
export function parseS3Url(url: string): S3Address {
  const refuse = (why: string): CodedError =>
    new CodedError(
      'CONFIG_INVALID',
      `${s3Setting} must look like s3://accessKey:secretKey@host:9000/bucket, or s3:///bucket?region=… for AWS: ${why}.`,
      { details: { setting: s3Setting } },
    );
  if (!URL.canParse(url)) throw refuse('it is no URL');
  const { host, pathname, username, password, searchParams, hash } = new URL(url);
  if (hash !== '') throw refuse('a # in a secret is written %23');
  const bucket = pathname.replace(/^\/|\/$/g, '');
  if (!bucketName.test(bucket)) throw refuse('its path is the name of a bucket');
  const unknown = [...searchParams.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined) throw refuse(`there is no ${unknown}, only ${parameters.join(', ')}`);
  const choice = (name: string, words: readonly string[]): string | undefined => {
    const value = searchParams.get(name) || undefined;
    if (value !== undefined && !words.includes(value)) throw refuse(`${name} is ${words.join(' or ')}`);
    return value;
  };
  if ((username === '') !== (password === '')) throw refuse('access key and secret key go together');
  const tls = choice('tls', ['on', 'off']) ?? 'on';
  const algorithm = choice('sse', ['AES256', 'aws:kms']);
  const kmsKeyId = searchParams.get('kmsKeyId') || undefined;
  if (kmsKeyId !== undefined && algorithm !== 'aws:kms') throw refuse('kmsKeyId goes with sse=aws:kms');
  const timeoutMs = Number(searchParams.get('timeoutMs') || timeoutsMs.default);
  const { atLeast, atMost } = timeoutsMs;
  if (!Number.isInteger(timeoutMs) || timeoutMs < atLeast || timeoutMs > atMost)
    throw refuse(`timeoutMs is a whole number from ${atLeast} to ${atMost}`);
  const [caFile, certFile, keyFile] = tlsParameters.map((name) => searchParams.get(name) || undefined);
  if (tls === 'off' && (caFile ?? certFile ?? keyFile) !== undefined)
    throw refuse('tlsCa, tlsCert and tlsKey go with tls=on');
  if ((certFile === undefined) !== (keyFile === undefined)) throw refuse('tlsCert and tlsKey go together');
  const region = searchParams.get('region') || undefined;
  if (host === '' && region === undefined) throw refuse('AWS needs a region');
  return {
    endpoint: host === '' ? undefined : `${tls === 'on' ? 'https' : 'http'}://${host}`,
    bucket,
    region: region ?? 'us-east-1',
    pathStyle: (choice('pathStyle', ['on', 'off']) ?? (host === '' ? 'off' : 'on')) === 'on',
    credentials:
      username === ''
        ? undefined
        : {
            accessKeyId: decodedCredential(username, refuse),
            secretAccessKey: decodedCredential(password, refuse),
          },
    timeoutMs,
    encryption: algorithm === 'AES256' || algorithm === 'aws:kms' ? { algorithm, kmsKeyId } : undefined,
    tls: { caFile, certFile, keyFile },
  };
}
