import { CodedError } from '@tributary/runtime';
import type { KafkaAddress } from './address.ts';
import { rootOf } from './driver-faults.ts';
import { isRefusedRight, type KafkaDeed, refusedRight } from './refused-rights.ts';

/** The driver says this in a plain error. */
export function isNotConnected(error: unknown): boolean {
  return error instanceof Error && error.message === 'Broker not connected';
}

/** No answer came in time; it may still be on its way. */
export function isTimedOut(error: unknown): boolean {
  return rootOf(error)?.name === 'KafkaJSRequestTimeoutError';
}

/** The protocol's word for what a broker refused: `UNKNOWN_MEMBER_ID`. */
export function kafkaRefusal(error: unknown): string | undefined {
  return rootOf(error)?.type;
}

/** An answer holds records that are compressed in a way that the driver does not know (it knows gzip): it reads none of it. */
export function isOfOtherCompression(error: unknown): boolean {
  return rootOf(error instanceof CodedError ? error.cause : error)?.name === 'KafkaJSNotImplemented';
}

interface UnreadPlace {
  /** The topic, as Kafka names it. */
  readonly stored: string;
  readonly partition: number;
  readonly offset: number;
}

/** Of records that lie in a partition at an offset, or soon after it. */
export function otherCompression(
  cause: unknown,
  { stored: topic, partition, offset }: UnreadPlace,
): CodedError {
  // "ZSTD compression not implemented"
  const [compression = ''] = rootOf(cause)?.message.split(' ') ?? [];
  return new CodedError(
    'CONFIG_INVALID',
    `The topic ${topic} holds records compressed with ${compression}, in partition ${partition} from offset ${offset} on, which cannot be read: let whoever writes there use gzip or no compression, set compression.type=uncompressed on the topic, and delete those records, or wait until its retention does.`,
    { cause, details: { engine: 'kafka', topic, partition, offset, compression } },
  );
}

/** Worth another try: a leader or a coordinator moves, a broker starts or is away. */
export function isPassing(error: unknown): boolean {
  const root = rootOf(error);
  if (root === undefined) return isNotConnected(error) || isLeaderless(error);
  // The driver hides behind this what the brokers said: that the coordinator of a group is being found.
  return root.retriable !== false || root.name === 'KafkaJSGroupCoordinatorNotFound';
}

/** A driver's error as a coded one; faults of ours stay what they are. `deed` is what was about to be done, for who has to grant it. */
export function codedKafkaError(error: unknown, address: KafkaAddress, deed?: KafkaDeed): unknown {
  const refused = refusedRight(error, address, deed);
  if (refused !== undefined) return refused;
  const root = rootOf(error);
  if (root === undefined && !isNotConnected(error)) return error;
  if (root?.type === 'MESSAGE_TOO_LARGE' || root?.type === 'RECORD_LIST_TOO_LARGE')
    return new CodedError('PAYLOAD_TOO_LARGE', 'An event is larger than the event log takes.', {
      cause: error,
    });
  return new CodedError('ENGINE_UNAVAILABLE', 'Kafka is away for a moment.', {
    cause: error,
    details: { engine: 'kafka', place: address.brokers.join(',') },
  });
}

/** A quota of the broker's is used up, and has been for longer than a caller waits. */
export function heldBack(): CodedError {
  return new CodedError(
    'ENGINE_UNAVAILABLE',
    'Kafka holds reading back, because a quota is used up: try again later, or raise consumer_byte_rate for this user.',
    { details: { engine: 'kafka', quota: 'consumer_byte_rate' } },
  );
}

export function isHeldBack(error: unknown): boolean {
  return error instanceof CodedError && error.details?.['quota'] !== undefined;
}

export function isUndeclared(error: unknown): boolean {
  if (!(error instanceof CodedError) || error.code !== 'CONFIG_INVALID') return false;
  // One that is not for this user may be there.
  return error.details['topic'] !== undefined && !isRefusedRight(error);
}

/** Its replicas are away, or one of them is being made its leader. */
export function leaderless(topic: string, partition: number): CodedError {
  return new CodedError(
    'ENGINE_UNAVAILABLE',
    `The partition ${topic}/${partition} has no leader at the moment: are the brokers that have its replicas up?`,
    { details: { engine: 'kafka', leaderless: { topic, partition } } },
  );
}

export function isLeaderless(error: unknown): boolean {
  return error instanceof CodedError && error.details?.['leaderless'] !== undefined;
}

export function undeclaredTopic(topic: string, cause?: unknown): CodedError {
  return new CodedError('CONFIG_INVALID', `The topic ${topic} is not declared.`, {
    cause,
    details: { topic },
  });
}

/** Why a Kafka could not be opened, for whoever set the URL: names the setting, the place and what to look at, never the password. */
export function unreachableKafka(cause: unknown, { setting, brokers }: KafkaAddress): CodedError {
  if (cause instanceof CodedError) return cause;
  const place = brokers.join(',');
  return new CodedError(
    'ENGINE_UNAVAILABLE',
    `${setting} names a Kafka at ${place} that cannot be used: ${reason(cause)}.`,
    { cause, details: { engine: 'kafka', place } },
  );
}

function reason(cause: unknown): string {
  const root = rootOf(cause);
  const text = `${root?.name} ${root?.type ?? ''} ${root?.message ?? ''}`;
  if (/SASL/.test(text)) return 'it refuses the user, the password or the mechanism (sasl); correct them';
  if (/AUTHORIZATION/.test(text)) return 'its ACL does not allow the user what is needed';
  if (/ECONNREFUSED/.test(text)) return 'nothing listens there; start the broker, or correct host and port';
  if (/ENOTFOUND|EAI_AGAIN/.test(text)) return 'there is no such host; correct it';
  if (/CERT|certificate|self.signed/i.test(text))
    return 'its certificate is not trusted; name its authority in tlsCa';
  if (/SSL|EPROTO|TLS/.test(text)) return 'it does not speak TLS there; use kafka://, or its TLS port';
  return 'it does not answer; look at host and port, whether it speaks TLS (kafkas://) or wants a login (user:password@), and for a firewall in between';
}
