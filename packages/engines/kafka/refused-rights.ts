import { CodedError } from '@tributary/runtime';
import type { KafkaAddress } from './address.ts';
import { errorsIn, rootOf } from './driver-faults.ts';

/** What is about to be done, in the words of Kafka's ACLs: `{ operation: 'WRITE', on: 'topic', name: 'shop.data.record' }`. */
export interface KafkaDeed {
  readonly operation: string;
  readonly on: 'topic' | 'group' | 'cluster';
  /** With the prefix of the address, as the brokers know it. */
  readonly name: string;
}

/** By the protocol's word: what the right is on, and the right where nobody says what was about to be done. */
const refusals: Readonly<Record<string, Pick<KafkaDeed, 'on' | 'operation'>>> = {
  TOPIC_AUTHORIZATION_FAILED: { on: 'topic', operation: 'DESCRIBE' },
  GROUP_AUTHORIZATION_FAILED: { on: 'group', operation: 'READ' },
  CLUSTER_AUTHORIZATION_FAILED: { on: 'cluster', operation: 'IDEMPOTENT_WRITE' },
};

/** Whether it is what `refusedRight` makes: granting mends it, and waiting does not. */
export function isRefusedRight(error: unknown): boolean {
  return (
    error instanceof CodedError && error.code === 'CONFIG_INVALID' && error.details['operation'] !== undefined
  );
}

/** An ACL's refusal as an error that says what to grant; undefined for anything else. */
export function refusedRight(
  error: unknown,
  { login, brokers }: KafkaAddress,
  deed?: KafkaDeed,
): CodedError | undefined {
  const refused = errorsIn(error)
    .map((each) => rootOf(each))
    .find((root) => root?.type !== undefined && Object.hasOwn(refusals, root.type));
  const refusal = refusals[refused?.type ?? ''];
  if (refused === undefined || refusal === undefined) return undefined;
  const { operation, on, name: asked } = missingRight(refusal, deed);
  const name = on === 'topic' ? (refused.topic ?? asked) : asked;
  const place = name === '' ? `the ${on}` : `the ${on} ${name}`;
  const who = login === undefined ? 'this client' : login.username;
  // A producer's numbers come with the right to write to any topic, and were a right of their own before.
  const older =
    refusal.on === 'cluster' && on === 'topic'
      ? ' (before Kafka 3.0, IDEMPOTENT_WRITE on the cluster as well)'
      : '';
  return new CodedError(
    'CONFIG_INVALID',
    `Kafka's ACL does not let ${who} ${operation} ${place}: grant ${operation} on it${older}.`,
    { cause: error, details: { engine: 'kafka', place: brokers.join(','), operation, [on]: name } },
  );
}

function missingRight(refusal: Pick<KafkaDeed, 'on' | 'operation'>, deed: KafkaDeed | undefined): KafkaDeed {
  if (deed?.on === refusal.on) return deed;
  // Who writes needs numbers for it, which are refused for the cluster's sake.
  if (refusal.on === 'cluster' && deed?.operation === 'WRITE') return deed;
  // Whose group is refused a topic was to read it.
  if (refusal.on === 'topic' && deed?.on === 'group') return { operation: 'READ', on: 'topic', name: '' };
  return { ...refusal, name: '' };
}
