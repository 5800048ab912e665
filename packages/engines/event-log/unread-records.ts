import { CodedError } from '@tributary/runtime';

export interface Unread {
  readonly topic: string;
  readonly partition: number;
  /** Where the group stood. */
  readonly from: number;
  /** The oldest record there is. */
  readonly to: number;
}

/** What a group is told that retention has passed by. Offsets may have gaps: no more of them were lost. */
export function trimmedUnread({ topic, partition, from, to }: Unread): CodedError {
  const unread = to - from;
  return new CodedError(
    'CURSOR_EXPIRED',
    `Up to ${unread} records of ${topic}/${partition} were trimmed before the group read them: it goes on with the oldest there is.`,
    { details: { topic, partition, unread } },
  );
}
