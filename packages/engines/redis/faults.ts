import { CodedError } from '@tributary/runtime';
import type { RedisAddress } from './address.ts';

/** First words of replies that mean the server's state, not the command. */
const serverStates =
  /^(NOAUTH|WRONGPASS|NOPERM|LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|MISCONF|BUSY|NOREPLICAS|UNBLOCKED|TRYAGAIN|ERR max number of clients)/;
const driverFaults =
  /^(Command timed out|Connection is closed|Connection is in|Stream isn't writeable|Reached the max retries|Command aborted|Socket timeout|connect ETIMEDOUT|Socket closed|None of the sentinels)/;

/**
 * What a server said. Up to Redis 6.2 it hides its word where a script was refused something:
 * `ERR Error running script (call to f_…): @user_script:1: @user_script: 1: -READONLY You can't write against a read only replica.`
 */
function replyOf({ message }: Error): string {
  return /^ERR Error running script .*?: -?([A-Z]+ .*)$/s.exec(message)?.[1] ?? message;
}

/** After a failover the old address may lead to what is a replica now. */
export function isOfReplica(error: Error): boolean {
  return replyOf(error).startsWith('READONLY');
}

/** A driver's error as a coded one; errors of the command itself stay what they are: faults of ours. */
export function codedRedisError(error: unknown, { host, port }: RedisAddress): unknown {
  if (error instanceof CodedError || !(error instanceof Error)) return error;
  const reply = replyOf(error);
  if (reply.startsWith('OOM'))
    return new CodedError('OVERLOADED', 'The key-value store is full.', { cause: error });
  const isSocketFault = 'code' in error && /^(E[A-Z]+|ERR_TLS|CERT_|.*CERT.*)/.test(String(error.code));
  if (!isSocketFault && !serverStates.test(reply) && !driverFaults.test(reply)) return error;
  return new CodedError('ENGINE_UNAVAILABLE', 'Redis is away for a moment.', {
    cause: error,
    details: { engine: 'redis', place: `${host}:${port}` },
  });
}

/** Why a Redis could not be opened, for whoever set the URL: names the setting, the place and what to look at, never the password. */
export function unreachableRedis(cause: unknown, { setting, host, port }: RedisAddress): CodedError {
  const place = `${host}:${port}`;
  const message = `${setting} names a Redis at ${place} that cannot be used: ${reason(cause)}.`;
  return new CodedError('ENGINE_UNAVAILABLE', message, { cause, details: { engine: 'redis', place } });
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return 'it does not answer';
  const { message } = cause;
  const code = 'code' in cause ? String(cause.code) : '';
  if (/^(WRONGPASS|NOAUTH)/.test(message)) return 'it refuses the user or the password; correct them';
  if (/^NOPERM/.test(message)) return 'its ACL does not allow the user what is needed; see the README';
  if (/DB index is out of range|invalid DB index/i.test(message)) return 'it has no database of that number';
  if (code === 'ECONNREFUSED') return 'nothing listens there; start the server, or correct host and port';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no such host; correct it';
  if (/CERT|SELF_SIGNED|ERR_TLS/.test(code))
    return `its certificate is not trusted (${code}); name its authority in tlsCa`;
  if (/SSL|EPROTO|TLS/.test(`${code} ${message}`))
    return 'it does not speak TLS there; use redis://, or its TLS port';
  if (['ECONNRESET', 'EPIPE'].includes(code) || /Connection is closed|max retries|aborted/.test(message))
    return 'it cut the connection; see whether it wants TLS (rediss://)';
  return 'it does not answer; look at host and port, whether it speaks TLS (rediss://), and for a firewall in between';
}
