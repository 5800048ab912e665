import { CodedError, type Logger, tellTrouble } from '@tributary/runtime';
import type { Kafka } from 'kafkajs';
import { installationId } from '../installation/id.ts';
import { Ownership } from '../installation/ownership.ts';
import type { KafkaAddress } from '../kafka/address.ts';
import { KafkaLink } from '../kafka/link.ts';
import { isRefusedRight } from '../kafka/refused-rights.ts';
import { refuseOlderDatabase } from '../outbox/older-database.ts';
import type { Sql } from '../relational/port.ts';
import { DeclaredTopics } from './kafka-declared-topics.ts';
import { type claimKafka, claimsTopic } from './kafka-installation.ts';
import { MovedMark } from './kafka-moved-mark.ts';
import { askTopics } from './kafka-topic-ids.ts';
import { KafkaTopics } from './kafka-topics.ts';

/** How a Kafka is made this installation's where it is nobody's, or only held to be so. @throws CodedError CONFIG_INVALID where it is another's */
type Claim = typeof claimKafka;

export interface KafkaOwnerDeps {
  readonly driver: Kafka;
  readonly address: KafkaAddress;
  readonly log: Logger;
  readonly installation: string | undefined;
  readonly claim: Claim;
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
 * Keeps a Kafka this installation's for as long as it is open. A Kafka that comes back without its data is nobody's: it is claimed again, with the topics that were declared,
 * and so are single ones made again that somebody deleted. Where another one was first nothing is asked of it any more.
 */
export class KafkaOwner implements AsyncDisposable {
  readonly driver: Kafka;
  readonly address: KafkaAddress;
  readonly #ownership: Ownership | undefined;
  readonly #deps: KafkaOwnerDeps;
  /** Asks nobody whether it may. */
  readonly #link: KafkaLink;
  readonly #marking: KafkaLink;
  /** What is made again with the log. */
  readonly declared: DeclaredTopics;
  /** Up to which row the outbox was moved here. */
  readonly moved: MovedMark;
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
    const topics = new KafkaTopics(driver, this.#link, log);
    this.declared = new DeclaredTopics({ topics, link: this.#link, log });
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

  async [Symbol.asyncDispose](): Promise<void> {
    await this.declared[Symbol.asyncDispose]();
    await Promise.all([this.#link, this.#marking].map((link) => link[Symbol.asyncDispose]()));
  }

  async #look(installation: string): Promise<void> {
    const { driver, address, log, claim } = this.#deps;
    const known = this.#topicId;
    const { id, missing } = await this.#ask();
    if (id !== undefined && id === known) return this.declared.makeAgain(missing);
    try {
      await claim(driver, address, installation);
    } catch (error) {
      // A right that is missing says nothing of whose they are.
      const isAnothers =
        error instanceof CodedError && error.code === 'CONFIG_INVALID' && !isRefusedRight(error);
      if (known !== undefined && isAnothers) this.#tell(error);
      throw error;
    }
    const { id: now, missing: lost } = await this.#ask();
    // The same one again was there all along: the user was not to see it for a while.
    if (now === undefined || now === known) return;
    if (known !== undefined) {
      if (lost.length > 0)
        log.error(
          { engine: 'kafka', count: lost.length },
          'Kafka has lost topics of this installation, and what says whose they are: they are claimed again, and those that are missing made; what was in them is lost',
        );
      else
        log.warn(
          { engine: 'kafka' },
          'Kafka has lost what says whose the topics of this installation are: they are claimed again, and none of those that this process declared is missing',
        );
      await this.declared.makeAll();
    }
    this.#topicId = now;
  }

  /** One question: whose the log is, and which of its topics are not there. */
  async #ask(): Promise<{ readonly id: string | undefined; readonly missing: readonly string[] }> {
    const claims = claimsTopic(this.address);
    const { facts, missing } = await askTopics(this.#link, [claims, ...this.declared.names]);
    return { id: facts.get(claims)?.id, missing };
  }
}
