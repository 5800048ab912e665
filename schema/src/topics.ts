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

/** A file of `schema/` that is not what it has to be: whoever wrote it is told, in a sentence. */
export class ContractFault extends TypeError {
  readonly code = 'CONFIG_INVALID';
}

/** Every declared topic. @throws ContractFault naming a file that is not a topic declaration. */
export function topicContracts(): readonly TopicContract[] {
  return topicFiles().map(topicContract);
}

/** The topic that a file declares. @throws ContractFault naming the file where it is none */
export function topicContract({ name, text }: ContractFile): TopicContract {
  const {
    topic,
    partitions,
    retentionDays,
    cleanup = 'delete',
    audited = true,
    whenBehind = 'take',
    types,
  } = membersOf(name, text);
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
    throw new ContractFault(
      `schema/events/${name} needs topic, partitions (1 to ${mostPartitions}), retentionDays (whole days, 1 to ${mostRetentionDays}) and types, and may have cleanup (delete or compact), audited and whenBehind (take or refuse).`,
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

function membersOf(name: string, text: string): Record<string, unknown> {
  try {
    const members: unknown = JSON.parse(text);
    if (typeof members === 'object' && members !== null) return members as Record<string, unknown>;
  } catch (cause) {
    throw new ContractFault(`schema/events/${name} is no JSON: ${(cause as Error).message}.`, { cause });
  }
  throw new ContractFault(`schema/events/${name} is no JSON object.`);
}

function isWhole(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;
}
