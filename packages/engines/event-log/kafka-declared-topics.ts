import { type Logger, tellTrouble } from '@tributary/runtime';
import type { KafkaLink } from '../kafka/link.ts';
import { askTopics } from './kafka-topic-ids.ts';
import type { KafkaTopics } from './kafka-topics.ts';
import type { TopicDeclaration, TopicDrift } from './port.ts';
import { reportDrift } from './topic-drift.ts';

interface DeclaredTopicsDeps {
  readonly topics: KafkaTopics;
  readonly link: KafkaLink;
  readonly log: Logger;
}

/** The topics that this process declared, which are made again when they are lost: all of them with the rest of a Kafka, or single ones that somebody deleted. */
export class DeclaredTopics implements AsyncDisposable {
  readonly #deps: DeclaredTopicsDeps;
  readonly #declared = new Map<string, TopicDeclaration>();
  readonly #tell: (error: unknown) => void;
  /** A stop waits for what is under way, and for no Kafka that went away meanwhile. */
  readonly #stopping = new AbortController();
  #making: Promise<void> | undefined;

  constructor(deps: DeclaredTopicsDeps) {
    this.#deps = deps;
    this.#tell = tellTrouble({
      log: deps.log,
      level: 'error',
      message:
        'topics of the event log are not there, and cannot be made again: their events wait in the outbox',
      over: 'the topics of the event log are there again',
      fields: { engine: 'kafka' },
    });
  }

  get count(): number {
    return this.#declared.size;
  }

  /** By their full names. */
  get names(): readonly string[] {
    return [...this.#declared.keys()];
  }

  add(topics: readonly TopicDeclaration[]): void {
    const { prefix } = this.#deps.link.address;
    for (const topic of topics) this.#declared.set(prefix + topic.name, topic);
  }

  /** @throws as `KafkaTopics.declare` */
  async makeAll(): Promise<void> {
    reportDrift(this.#deps.log, await this.#declare([...this.#declared.values()]));
  }

  /** Makes those of them again, beside whoever calls: what goes to the other topics waits for none of it. */
  makeAgain(missing: readonly string[]): void {
    const lost = missing.filter((name) => this.#declared.has(name));
    if (lost.length === 0) return;
    this.#making ??= this.#make(lost)
      .catch((error: unknown) => {
        if (!this.#stopping.signal.aborted) this.#tell(this.#deps.link.coded(error));
      })
      .finally(() => {
        this.#making = undefined;
      });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#making;
  }

  #declare(declarations: readonly TopicDeclaration[]): Promise<readonly TopicDrift[]> {
    return this.#deps.topics.declare(declarations, this.#stopping.signal);
  }

  async #make(lost: readonly string[]): Promise<void> {
    const { link, log } = this.#deps;
    // A broker that has just started may not know yet what is there.
    const { missing } = await askTopics(link, lost);
    if (missing.length === 0) return;
    const declarations = missing.flatMap((name) => this.#declared.get(name) ?? []);
    const drifts = await this.#declare(declarations);
    // Afterwards: where it is refused that is told, once a minute, and it is tried each second.
    log.error(
      { engine: 'kafka', topic: missing.join(', ') },
      'topics of the event log were not there any more: they are made again, and what was in them is lost',
    );
    reportDrift(log, drifts);
  }
}
