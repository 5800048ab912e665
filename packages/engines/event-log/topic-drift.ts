import { CodedError, type Logger } from '@tributary/runtime';
import type { TopicCleanup, TopicDrift } from './port.ts';

/** What a declaration sets on a topic, as text. */
export interface TopicSettings {
  readonly retentionMs: string;
  readonly cleanup: TopicCleanup;
}

/** What of a topic is otherwise than declared. */
export function driftOf(
  topic: string,
  { found, declared }: { readonly found: TopicSettings; readonly declared: TopicSettings },
): readonly TopicDrift[] {
  return (['retentionMs', 'cleanup'] as const).flatMap((setting) =>
    found[setting] === declared[setting]
      ? []
      : [{ topic, setting, found: found[setting], declared: declared[setting] }],
  );
}

/** Says what was changed, so that nobody who set it by hand looks for it. */
export function reportDrift(log: Logger, drifts: readonly TopicDrift[]): void {
  for (const { topic, setting, found, declared } of drifts)
    log.warn(
      { topic },
      `the topic had ${setting} ${found}; it follows its declaration, ${declared}, from now on`,
    );
}

/** The refusal of another number of partitions: a key's partition is its hash modulo their number. */
export function partitionsFixed(
  topic: string,
  { found, declared }: { readonly found: number; readonly declared: number },
): CodedError {
  return new CodedError(
    'TOPIC_PARTITIONS_FIXED',
    `The topic ${topic} has ${found} partitions and keeps them; ${declared} are declared. Partitions cannot be taken away: declare ${found} in the file of the topic, or let consumers read it to its end, stop the product and delete it, so that a start makes it anew.`,
    { details: { topic, found, declared } },
  );
}
