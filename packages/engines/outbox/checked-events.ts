import { CodedError } from '@tributary/runtime';
import { createEventCheck, topicContracts } from '@tributary/schema/events';
import { largestChangeBytes } from '../event-log/port.ts';
import type { OutgoingEvent } from './port.ts';

const contracts = topicContracts();
const check = createEventCheck(contracts, 'writing');

/** The topics of changes that can wait themselves, while too many events do. */
export const refusedWhenFull: ReadonlySet<string> = new Set(
  contracts.filter(({ whenBehind }) => whenBehind === 'refuse').map(({ name }) => name),
);

/**
 * Holds events to their declarations in `schema/events`, before anything of them is written. For statements that write events themselves (`outboxInsert`) too.
 * @throws CodedError EVENT_INVALID that names the topic, the type and where the fault is
 */
export function checkEvents(events: readonly OutgoingEvent[]): void {
  for (const { topic, event } of events) {
    const verdict = check(topic, event);
    if (verdict === 'fits') continue;
    const { path, message } =
      verdict === 'unknown' ? { path: '/type', message: 'is not declared in its topic' } : verdict;
    throw new CodedError(
      'EVENT_INVALID',
      `An event ${event.type} of ${topic} was refused: ${path} ${message}.`,
      {
        details: { topic, type: event.type, path },
      },
    );
  }
}

/**
 * Refuses a change whose event, as JSON in UTF-8, no log would ever take.
 * @throws CodedError PAYLOAD_TOO_LARGE
 */
export function checkChangeBytes(type: string, sizeBytes: number): void {
  if (sizeBytes <= largestChangeBytes) return;
  throw new CodedError(
    'PAYLOAD_TOO_LARGE',
    `This change is too large: what was there before and what is there after have ${largestChangeBytes} bytes together at most, as JSON.`,
    { details: { type, sizeBytes, limitBytes: largestChangeBytes } },
  );
}
