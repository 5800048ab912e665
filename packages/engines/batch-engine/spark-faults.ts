import { status as grpcStatus, type ServiceError } from '@grpc/grpc-js';
import { CodedError } from '@tributary/runtime';
import type { SparkAddress } from './spark-address.ts';

/** Why a Spark could not be asked, for whoever set the URL: names the setting, the place and what to look at, never the token. */
export function unreachableSpark(cause: unknown, { setting, host, port }: SparkAddress): CodedError {
  const place = `${host}:${port}`;
  return new CodedError(
    'ENGINE_UNAVAILABLE',
    `${setting} names a Spark at ${place} that cannot be used: ${reason(cause)}.`,
    { cause, details: { engine: 'spark', place } },
  );
}

export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' && 'details' in error;
}

/** The connection is the fault, and not what was asked. */
export function isConnectionFault(error: unknown): boolean {
  return (
    isServiceError(error) &&
    [
      grpcStatus.UNAVAILABLE,
      grpcStatus.DEADLINE_EXCEEDED,
      grpcStatus.UNAUTHENTICATED,
      grpcStatus.PERMISSION_DENIED,
    ].includes(error.code)
  );
}

function reason(cause: unknown): string {
  if (!isServiceError(cause)) return 'it does not answer';
  const said = cause.details;
  if (cause.code === grpcStatus.UNAUTHENTICATED || cause.code === grpcStatus.PERMISSION_DENIED)
    return 'it refuses the token; correct it';
  if (/ECONNREFUSED/.test(said)) return 'nothing listens there; start the server, or correct host and port';
  if (/ENOTFOUND|EAI_AGAIN|Name resolution failed/.test(said)) return 'there is no such host; correct it';
  if (/CERT|SELF_SIGNED|self.signed|altnames|unable to verify/i.test(said))
    return 'its certificate is not trusted; name its authority in tlsCa, and the name it is for in tlsServerName';
  if (/SSL|EPROTO|wrong version/i.test(said))
    return 'it does not speak TLS there; use spark://, or its TLS port';
  if (/ECONNRESET|hang up|Connection dropped|Protocol error/i.test(said))
    return 'it cut the connection; does it want TLS (sparks://), or a certificate of ours?';
  return 'it does not answer; look at host and port, whether it speaks TLS (sparks://), and for a firewall in between';
}
