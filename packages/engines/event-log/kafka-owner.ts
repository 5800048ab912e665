import { CodedError, type Logger, tellTrouble } from '@tributary/runtime';
import type { Kafka } from 'kafkajs';
import { installationId } from '../installation/id.ts';
import { Ownership } from '../installation/ownership.ts';
import type { KafkaAddress } from '../kafka/address.ts';
import { KafkaLink } from '../kafka/link.ts';
import { refuseOlderDatabase } from '../outbox/older-database.ts';
import type { Sql } from '../relational/port.ts';
import { claimKafka, claimsTopic } from './kafka-installation.ts';
import { MovedMark } from './kafka-moved-mark.ts';
import { topicIds } from './kafka-topic-ids.ts';
import { KafkaTopics } from './kafka-topics.ts';
import type { TopicDeclaration } from './port.ts';
import { reportDrift } from './topic-drift.ts';

interface KafkaOwnerDeps {
  readonly driver: Kafka;
  readonly address: KafkaAddress;
  readonly log: Logger;
  readonly installation: string | undefined;
}

/** @param relational says whose the log is; undefined for who only looks: that one claims nothing, and is refused nothing */
export async function ownerOf(
  deps: Omit<KafkaOwnerDeps, 'installation'>,
  relational: Sql | undefined,
): Promise<KafkaOwner> {
  const installation = relational === undefined ? undefined : await installationId(relational);
  return new KafkaOwner({ ...deps, installation });
}

/**
 * Keeps a Kafka this installation's for as long as it is open. A Kafka that comes back without its data is nobody's: it is claimed again, with the topics that were declared.
 * Where another one was first nothing is asked of it any more.
 */
export class KafkaOwner implements AsyncDisposable {
  readonly driver: Kafka;
  readonly address: KafkaAddress;
  readonly #ownership: Ownership | undefined;
  readonly #deps: KafkaOwnerDeps;
  /** Asks nobody whether it may. */
  readonly #link: KafkaLink;
  readonly #marking: KafkaLink;
  readonly #topics: KafkaTopics;
  /** Up to which row the outbox was moved here. */
  readonly moved: MovedMark;
  readonly #declared = new Map<string, TopicDeclaration>();
  readonly #tell: (error: unknown) => void;
  /** Of the topic that says whose the log is; no brokers tell it before 2.8, and the topic itself is read each time there. */
  #topicId: string | undefined;

  constructor(deps: KafkaOwnerDeps) {
    const { driver, address, log, installation } = deps;
    this.driver = driver;
    this.address = address;
    this.#deps = deps;
    if (installation !== undefined) this.#ownership = new Ownership(() => this.#look(installation));
    this.#marking = this.newLink();
    this.moved = new MovedMark(this.#marking, new KafkaTopics(driver, this.#marking, log));
    this.#link = new KafkaLink(driver, address);
    this.#topics = new KafkaTopics(driver, this.#link, log);
    this.#tell = tellTrouble({
      log,
      level: 'error',
      message: `${address.setting} names topics that belong to another installation by now: nothing is read from them and nothing written to them`,
      over: 'the topics of the event log are this installation’s again',
      fields: { engine: 'kafka' },
    });
  }

  /** A way to the brokers on which nothing is asked while the log is another's. */
  newLink(): KafkaLink {
    return new KafkaLink(this.driver, this.address, this.#ownership);
  }

  /** @throws CodedError CONFIG_INVALID for a database that is older than what the log has of it */
  async refuseOlder(relational: Sql | undefined): Promise<void> {
    if (relational !== undefined) await refuseOlderDatabase(relational, await this.moved.told());
  }

  /** What is made again with the log. */
  declared(topics: readonly TopicDeclaration[]): void {
    for (const topic of topics) this.#declared.set(topic.name, topic);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#link, this.#marking].map((link) => link[Symbol.asyncDispose]()));
  }

  async #look(installation: string): Promise<void> {
    const { driver, address, log } = this.#deps;
    const known = this.#topicId;
    const id = await this.#askId();
    if (id !== undefined && id === known) return;
    try {
      await claimKafka(driver, address, installation);
    } catch (error) {
      if (known !== undefined && error instanceof CodedError && error.code === 'CONFIG_INVALID')
        this.#tell(error);
      throw error;
    }
    const now = await this.#askId();
    if (now === undefined) return;
    if (known !== undefined) {
      log.error(
        { engine: 'kafka', topics: this.#declared.size },
        'Kafka has lost the topics of this installation, or what says whose they are: they are claimed again, and those that are missing made; what was in them is lost',
      );
      reportDrift(log, await this.#topics.declare([...this.#declared.values()]));
    }
    this.#topicId = now;
  }

  async #askId(): Promise<string | undefined> {
    const claims = claimsTopic(this.address);
    return (await topicIds(this.#link, [claims])).get(claims);
  }
}
