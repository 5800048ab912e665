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
  // What was to be done with a topic may be refused for the cluster's sake, as numbers for a producer are.
  const about = deed?.on === refusal.on ? deed : undefined;
  const { operation } = about ?? refusal;
  const name = refused.topic ?? about?.name ?? deed?.name ?? '';
  const place = refusal.on === 'cluster' || name === '' ? `the ${refusal.on}` : `the ${refusal.on} ${name}`;
  const who = login === undefined ? 'this client' : login.username;
  return new CodedError(
    'CONFIG_INVALID',
    `Kafka's ACL does not let ${who} ${operation} ${place}: grant ${operation} on it.`,
    { cause: error, details: { engine: 'kafka', place: brokers.join(','), operation, [refusal.on]: name } },
  );
}
