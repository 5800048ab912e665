import { CodedError, type Logger } from '@tributary/runtime';
import type { Admin, ConfigResourceTypes, IResourceConfig, Kafka } from 'kafkajs';
import { withAdmin } from '../kafka/admin.ts';
import { errorsIn } from '../kafka/driver-faults.ts';
import { isPassing, kafkaRefusal } from '../kafka/faults.ts';
import type { KafkaLink } from '../kafka/link.ts';
import { patiently } from '../kafka/patience.ts';
import { isRefusedRight } from '../kafka/refused-rights.ts';
import { largestEventBytes, type TopicDeclaration, type TopicDrift, type TopicState } from './port.ts';
import { driftOf, partitionsFixed, type TopicSettings } from './topic-drift.ts';
import { installationTopics, streamEngineTopics } from './topic-names.ts';

/** What a broker takes in one batch: the largest event, its key and what Kafka adds. */
const largestBatchBytes = largestEventBytes + 400_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Creates, changes and describes topics, over connections that last as long as that takes. */
export class KafkaTopics {
  readonly #driver: Kafka;
  readonly #link: KafkaLink;
  readonly #log: Logger;

  constructor(driver: Kafka, link: KafkaLink, log: Logger) {
    this.#driver = driver;
    this.#link = link;
    this.#log = log;
  }

  /** Each step can be repeated: what is there is left as it is. Tried no more once `signal` is aborted. @throws CodedError TOPIC_PARTITIONS_FIXED, CONFIG_INVALID for a right that is missing, ENGINE_UNAVAILABLE */
  async declare(
    declarations: readonly TopicDeclaration[],
    signal?: AbortSignal,
  ): Promise<readonly TopicDrift[]> {
    if (declarations.length === 0) return [];
    let operation = 'CREATE';
    const made = new Set<string>();
    try {
      const make = (): Promise<readonly TopicDrift[]> =>
        withAdmin(this.#driver, async (admin) => {
          operation = 'CREATE';
          for (const topic of await this.#create(admin, declarations)) made.add(topic);
          operation = 'DESCRIBE';
          const found = await admin.fetchTopicMetadata({
            topics: declarations.map(({ name }) => this.#stored(name)),
          });
          for (const declaration of declarations) {
            const topic = found.topics.find(({ name }) => name === this.#stored(declaration.name));
            this.#checkPartitions(declaration, topic?.partitions.length ?? 0);
          }
          operation = 'ALTER_CONFIGS';
          return await this.#configure(admin, declarations);
        });
      const drifts = await patiently(mayPass, make, signal);
      // A broker is told to lead, and tells of it, a moment before it does.
      for (const topic of made)
        await patiently(isComing, () => this.#link.offsets(topic, { fromBeginning: true }), signal);
      return drifts;
    } catch (error) {
      throw (
        settingsRefused(error) ?? this.#link.coded(error, { operation, on: 'topic', name: this.#stored('*') })
      );
    }
  }

  /** All topics of events. @throws what the driver says */
  async describe(): Promise<readonly TopicState[]> {
    const prefix = this.#stored('');
    const settings = await withAdmin(this.#driver, async (admin) => {
      const stored = (await admin.listTopics()).filter((name) => this.#holdsEvents(name)).sort();
      return stored.length === 0 ? new Map<string, ReadonlyMap<string, string>>() : settingsOf(admin, stored);
    });
    const states: TopicState[] = [];
    for (const [stored, has] of settings)
      states.push({
        name: stored.slice(prefix.length),
        ...readSettings(has),
        beginning: await this.#link.offsets(stored, { fromBeginning: true }),
        end: await this.#link.offsets(stored, { fromBeginning: false }),
      });
    return states;
  }

  /** Answers the topics that were not there, by their full names. */
  async #create(admin: Admin, declarations: readonly TopicDeclaration[]): Promise<readonly string[]> {
    const existing = new Set(await admin.listTopics());
    const missing = declarations.filter(({ name }) => !existing.has(this.#stored(name)));
    const names = missing.map(({ name }) => this.#stored(name));
    if (missing.length === 0) return names;
    const { replicas } = this.#link.address;
    try {
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map((declaration) => ({
          topic: this.#stored(declaration.name),
          numPartitions: declaration.partitions,
          ...(replicas === undefined ? {} : { replicationFactor: replicas }),
          configEntries: Object.entries(configOf(declaration)).map(([name, value]) => ({ name, value })),
        })),
      });
    } catch (error) {
      // Another process was first; whether its topic is the one declared is looked at next.
      if (!isCreatedElsewhere(error)) throw error;
    }
    return names;
  }

  #checkPartitions({ name, partitions }: TopicDeclaration, found: number): void {
    if (found === partitions) return;
    throw partitionsFixed(name, { found, declared: partitions });
  }

  /** Settings follow the declaration. The request replaces all of a topic's settings, so those that somebody else made go along. */
  async #configure(admin: Admin, declarations: readonly TopicDeclaration[]): Promise<readonly TopicDrift[]> {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: declarations.map(({ name }) => ({
        type: topicResource,
        name: this.#stored(name),
      })),
    });
    const drifts: TopicDrift[] = [];
    const compressed: TopicSettingsChange[] = [];
    const changes = declarations.flatMap((declaration) => {
      const name = this.#stored(declaration.name);
      const entries = resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? [];
      const has = new Map(entries.map(({ configName, configValue }) => [configName, configValue]));
      const wanted = { ...configOf(declaration) };
      // More than declared is what somebody else needs.
      const takenBytes = has.get('max.message.bytes');
      if (takenBytes !== undefined && Number(takenBytes) > largestBatchBytes)
        wanted['max.message.bytes'] = takenBytes;
      const kept = entries.filter(
        ({ isDefault, configSource }) => !isDefault && Number(configSource) === topicSetting,
      );
      const all = {
        ...Object.fromEntries(kept.map((entry) => [entry.configName, entry.configValue])),
        ...wanted,
      };
      if (has.get(compression.name) !== compression.value)
        compressed.push(settingsChange(name, { ...all, [compression.name]: compression.value }));
      if (Object.entries(wanted).every(([key, value]) => has.get(key) === value)) return [];
      drifts.push(
        ...driftOf(declaration.name, { found: asText(readSettings(has)), declared: asText(declaration) }),
      );
      return [settingsChange(name, all)];
    });
    if (changes.length > 0) await admin.alterConfigs({ validateOnly: false, resources: changes });
    await this.#undoCompression(admin, compressed);
    return drifts;
  }

  /** A wish: services may keep this setting to themselves. What foreign producers compress is told of where it cannot be read. */
  async #undoCompression(admin: Admin, resources: TopicSettingsChange[]): Promise<void> {
    if (resources.length === 0) return;
    try {
      await admin.alterConfigs({ validateOnly: false, resources });
    } catch (error) {
      const refusal = errorsIn(error)
        .map((each) => kafkaRefusal(each))
        .find((type) => ownSettings.has(type));
      if (refusal === undefined) throw error;
      this.#log.warn(
        { engine: 'kafka', reason: refusal, setting: compression.name },
        'Kafka does not let topics undo the compression of foreign producers: they must use gzip or none',
      );
    }
  }

  /** Not what belongs to the brokers, to others, or to a stream engine beside this log, nor what says whose it is. */
  #holdsEvents(stored: string): boolean {
    const begins = this.#stored('');
    const others = ['__', begins + streamEngineTopics, begins + installationTopics];
    return stored.startsWith(begins) && !others.some((other) => stored.startsWith(other));
  }

  #stored(name: string): string {
    return this.#link.address.prefix + name;
  }
}

/** The protocol's number of a topic among the things that have settings; Node does not find the driver's own name for it. */
const topicResource: ConfigResourceTypes = 2;
/** Brokers undo what a foreign producer compresses: the driver reads neither snappy nor lz4 nor zstd. */
const compression = { name: 'compression.type', value: 'uncompressed' };

type TopicSettingsChange = IResourceConfig & { readonly name: string };

function settingsChange(name: string, settings: Readonly<Record<string, string>>): TopicSettingsChange {
  const configEntries = Object.entries(settings).map(([key, value]) => ({ name: key, value }));
  return { type: topicResource, name, configEntries };
}

/** DescribeConfigs: a setting of the topic itself. */
const topicSetting = 1;

/**
 * Kafka drops whole segments, none that is still written to: they are closed often enough that a record outlives its retention by a seventh.
 * The log's own time makes positions by time monotonic, whatever clocks the producers have.
 */
function configOf({ retentionMs, cleanup = 'delete' }: TopicDeclaration): Readonly<Record<string, string>> {
  const segmentMs = Math.round(Math.min(7 * dayMs, Math.max(hourMs / 6, retentionMs / 7)));
  return {
    'cleanup.policy': cleanup,
    'max.message.bytes': String(largestBatchBytes),
    'message.timestamp.type': 'LogAppendTime',
    'retention.ms': String(retentionMs),
    'segment.ms': String(segmentMs),
    // What is younger than the retention stays whole; compaction takes older ones.
    ...(cleanup === 'compact' ? { 'min.compaction.lag.ms': String(retentionMs) } : {}),
  };
}

async function settingsOf(
  admin: Admin,
  topics: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({ type: topicResource, name })),
  });
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
}

function readSettings(has: ReadonlyMap<string, string>): Pick<TopicState, 'retentionMs' | 'cleanup'> {
  return {
    retentionMs: Number(has.get('retention.ms')),
    cleanup: has.get('cleanup.policy')?.includes('compact') === true ? 'compact' : 'delete',
  };
}

function asText({
  retentionMs,
  cleanup = 'delete',
}: Pick<TopicDeclaration, 'retentionMs' | 'cleanup'>): TopicSettings {
  return { retentionMs: String(retentionMs), cleanup };
}

export function isCreatedElsewhere(error: unknown): boolean {
  return errorsIn(error).every((each) => kafkaRefusal(each) === 'TOPIC_ALREADY_EXISTS');
}

/** The protocol's words for settings that brokers keep to themselves. */
const ownSettings: ReadonlySet<string | undefined> = new Set([
  'INVALID_CONFIG',
  'INVALID_REQUEST',
  'POLICY_VIOLATION',
]);

/** Where brokers, or the service that has them, keep to other settings than topics of events need. */
function settingsRefused(cause: unknown): CodedError | undefined {
  const refusal = errorsIn(cause)
    .map((error) => kafkaRefusal(error))
    .find((type) => ownSettings.has(type));
  if (refusal === undefined) return undefined;
  return new CodedError(
    'CONFIG_INVALID',
    `Kafka refuses what a topic of events is declared with (${refusal}): it has to allow max.message.bytes of ${largestBatchBytes}, message.timestamp.type LogAppendTime, and the retention that is declared.`,
    { cause, details: { engine: 'kafka', refusal } },
  );
}

/** A topic that was made: not every broker may know it yet, nor lead what it is to lead. */
export function isComing(error: unknown): boolean {
  if (isPassing(error)) return true;
  return error instanceof CodedError && error.code === 'CONFIG_INVALID' && !isRefusedRight(error);
}

/** An answer about several topics passes when none of them is refused for good. */
export function mayPass(error: unknown): boolean {
  return errorsIn(error).every((each) => isPassing(each) || kafkaRefusal(each) === 'TOPIC_ALREADY_EXISTS');
}
