import { type ContractFile, topicFiles } from './contracts.ts';

/** A topic of the log: its layout, and the JSON Schema of `data` by event type. */
export interface TopicContract {
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs: number;
  /** What becomes of older events: `delete`, or `compact`, which keeps the last one of each partition key. */
  readonly cleanup: 'delete' | 'compact';
  /** Whether its events belong in the audit log: what people did with data and rights, not what applications measure. */
  readonly audited: boolean;
  /** What becomes of a change whose event would join too many that wait for the log: `refuse` for what grows with use and can wait itself, `take` for all else. */
  readonly whenBehind: 'take' | 'refuse';
  readonly types: Readonly<Record<string, object>>;
}

const dayMs = 86_400_000;
/** A hundred years: beyond what anybody keeps, and within what Kafka takes. */
const mostRetentionDays = 36_500;
const mostPartitions = 10_000;

/** Every declared topic. @throws TypeError naming a file that is not a topic declaration. */
export function topicContracts(): readonly TopicContract[] {
  return topicFiles().map(topicContract);
}

/** The topic that a file declares. @throws TypeError naming the file where it is none */
export function topicContract({ name, text }: ContractFile): TopicContract {
  const {
    topic,
    partitions,
    retentionDays,
    cleanup = 'delete',
    audited = true,
    whenBehind = 'take',
    types,
  } = JSON.parse(text) as Record<string, unknown>;
  if (
    typeof topic !== 'string' ||
    !isWhole(partitions, mostPartitions) ||
    // To Kafka none means that nothing is kept, and others mean by it that nothing goes.
    !isWhole(retentionDays, mostRetentionDays) ||
    (cleanup !== 'delete' && cleanup !== 'compact') ||
    typeof audited !== 'boolean' ||
    (whenBehind !== 'take' && whenBehind !== 'refuse') ||
    typeof types !== 'object' ||
    types === null
  ) {
    throw new TypeError(
      `schema/events/${name} needs topic, partitions (1 to ${mostPartitions}), retentionDays (whole days, 1 to ${mostRetentionDays}) and types, and may have cleanup (delete or compact), audited and whenBehind (take or refuse)`,
    );
  }
  return {
    name: topic,
    partitions,
    retentionMs: retentionDays * dayMs,
    cleanup,
    audited,
    whenBehind,
    types: types as Record<string, object>,
  };
}

function isWhole(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;
}
