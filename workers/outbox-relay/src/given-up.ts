import type { EventLog } from '@tributary/engines/event-log';
import { addDeadLetter, relayGroup } from '@tributary/engines/event-log/dead-letters';
import { partitionOf } from '@tributary/engines/event-log/partitioner';
import type { PendingEvent } from '@tributary/engines/outbox';
import { type Clock, type Logger, storableText } from '@tributary/runtime';
import type { RelayMetrics } from './relay-metrics.ts';

/** Of the event, in its letter: what it is, and how it begins. */
const excerptLength = 2_000;
const reason = 'PAYLOAD_TOO_LARGE';

export interface GivingUp {
  readonly log: EventLog;
  readonly logger: Logger;
  readonly metrics: RelayMetrics;
  readonly clock: Clock;
}

/**
 * Puts an event aside that the log will never take: written by a version that knew no limit, or somebody has set the log a smaller one. What it tells of is in the store; its
 * dead letter says which, and stands where the event would have come. Doing it twice is doing it once, where the log tells repeated events.
 */
export async function giveUp(
  { topic, event }: PendingEvent,
  { log, logger, metrics, clock }: GivingUp,
): Promise<void> {
  const end = await log.end(topic);
  const partition = partitionOf(event.partitionkey, end.length);
  const text = JSON.stringify(event);
  const sizeBytes = Buffer.byteLength(text);
  const { id, type, subject } = event;
  await addDeadLetter(
    log,
    {
      topic,
      partition,
      offset: end[partition] ?? 0,
      event,
      excerpt: storableText(text, excerptLength),
    },
    {
      group: relayGroup,
      refusal: {
        reason,
        message: `${type} of ${subject} has ${sizeBytes} bytes, more than the log takes.`,
        attempts: 1,
      },
      clock,
      nonce: id,
    },
  );
  metrics.givenUp.inc({ topic });
  const fields = { topic, partition, eventId: id, eventType: type, subject, sizeBytes, code: reason };
  logger.error(fields, 'an event is larger than the log takes and was given up: it is a dead letter now');
}
