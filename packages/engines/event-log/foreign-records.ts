import type { Logger } from '@tributary/runtime';
import type { ForeignRecord } from './port.ts';

/** Says that a reader passed over what is no event: one line for all of an answer, since others may write as much as they like. */
export function tellPassedOver(log: Logger, records: readonly ForeignRecord[]): void {
  const [first] = records;
  if (first === undefined) return;
  const { topic, partition, offset, fault } = first;
  const fields = { topic, partition, offset, count: records.length };
  log.warn(fields, `what is no event was passed over; the first ${fault}`);
}
