import { newId } from '@tributary/runtime';
import type { Kafka } from 'kafkajs';
import { installationIdForm } from '../installation/id.ts';
import { ofAnother } from '../installation/of-another.ts';
import type { KafkaAddress } from '../kafka/address.ts';
import { withAdmin } from '../kafka/admin.ts';
import { codedKafkaError, heldBack, isHeldBack, isUndeclared } from '../kafka/faults.ts';
import { KafkaLink } from '../kafka/link.ts';
import { patiently } from '../kafka/patience.ts';
import { refusedRight } from '../kafka/refused-rights.ts';
import { PartitionLane } from './kafka-lane.ts';
import { fetchPlaces, type Place } from './kafka-places.ts';
import { StoredIds } from './kafka-stored-ids.ts';
import { isComing, isCreatedElsewhere, mayPass } from './kafka-topics.ts';
import { installationTopics } from './topic-names.ts';

/** The topic that says whose the log is, by its full name. */
export function claimsTopic({ prefix }: KafkaAddress): string {
  return `${prefix}${installationTopics}owner`;
}

/**
 * Makes the log this installation's: each that finds no owner writes its id to the one partition of a topic, and the first record is the owner's. Of two that come at once
 * one is first, and both see which.
 * @throws CodedError CONFIG_INVALID where another was first, or for a right that is missing, ENGINE_UNAVAILABLE
 */
export function claimKafka(driver: Kafka, address: KafkaAddress, installation: string): Promise<void> {
  return refuseOthers({ driver, address, installation }, async (link, claims) => {
    const older = await markOfOther({ driver, address, installation }, claims, 'make');
    if (older !== undefined) return older;
    return (await ownerIn(link, claims, installation)) === installation ? undefined : claims;
  });
}

/** As `claimKafka`, for who works beside an installation: makes nothing, and what is nobody's is not refused. */
export function assertNoOthers(driver: Kafka, address: KafkaAddress, installation: string): Promise<void> {
  return refuseOthers({ driver, address, installation }, async (link, claims) => {
    const older = await markOfOther({ driver, address, installation }, claims, 'look');
    if (older !== undefined) return older;
    return [undefined, installation].includes(await firstWhereThere(link, claims)) ? undefined : claims;
  });
}

/** @param markOf answers which topic says that the log is another installation's */
async function refuseOthers(
  { driver, address }: Claimant,
  markOf: (link: KafkaLink, claims: string) => Promise<string | undefined>,
): Promise<void> {
  const { setting, brokers, prefix } = address;
  const claims = claimsTopic(address);
  let mark: string | undefined;
  await using link = new KafkaLink(driver, address);
  const mayCome = (error: unknown): boolean => mayPass(error) || isComing(error) || isHeldBack(error);
  try {
    mark = await patiently(mayCome, () => markOf(link, claims));
  } catch (error) {
    throw codedKafkaError(error, address, { operation: 'CREATE', on: 'topic', name: claims });
  }
  if (mark === undefined) return;
  throw ofAnother({
    setting,
    place: `the topics ${prefix}* of the Kafka at ${brokers.join(',')}`,
    instead: 'Give this one a prefix of its own, as kafka://host:9092/shop.',
    mark: `the topic ${mark}`,
  });
}

interface Claimant {
  readonly driver: Kafka;
  readonly address: KafkaAddress;
  readonly installation: string;
}

/** Answers what a version before left of another installation: an empty topic with its id in the name. `make`: sees to it that the topic of today is there. */
function markOfOther(
  { driver, address: { prefix, replicas }, installation }: Claimant,
  claims: string,
  how: 'make' | 'look',
): Promise<string | undefined> {
  const begins = prefix + installationTopics;
  return withAdmin(driver, async (admin) => {
    const names = await admin.listTopics();
    const mark = names.find(
      (name) =>
        name.startsWith(begins) &&
        installationIdForm.test(name.slice(begins.length)) &&
        name !== begins + installation,
    );
    if (mark !== undefined || names.includes(claims) || how === 'look') return mark;
    const copies = replicas === undefined ? {} : { replicationFactor: replicas };
    // Compacted, and each record has a key of its own: nobody's retention takes any.
    const configEntries = [{ name: 'cleanup.policy', value: 'compact' }];
    try {
      await admin.createTopics({ topics: [{ topic: claims, numPartitions: 1, configEntries, ...copies }] });
    } catch (error) {
      // Another process was first, whosever it is.
      if (!isCreatedElsewhere(error)) throw error;
    }
    return undefined;
  });
}

/** The owner, which is this installation where there was none. */
async function ownerIn(link: KafkaLink, claims: string, installation: string): Promise<string | undefined> {
  const owner = await firstIn(link, claims);
  if (owner !== undefined) return owner;
  const lane = new PartitionLane({ link, topic: claims, partition: 0, stored: new StoredIds(1) });
  const id = newId();
  const claim = { id, key: id, value: Buffer.from(installation), headers: {} };
  await doing('WRITE', { link, claims }, () => lane.append([claim]));
  return firstIn(link, claims);
}

/** What an ACL refuses is told by what was done: the topic is there by then. */
async function doing<Answer>(
  operation: 'READ' | 'WRITE',
  { link, claims }: { readonly link: KafkaLink; readonly claims: string },
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    throw refusedRight(error, link.address, { operation, on: 'topic', name: claims }) ?? error;
  }
}

async function firstWhereThere(link: KafkaLink, claims: string): Promise<string | undefined> {
  try {
    return await firstIn(link, claims);
  } catch (error) {
    if (isUndeclared(error)) return undefined;
    throw error;
  }
}

/** A claim is no event, and is told as what is none: by how it begins, which is all of it. */
function firstIn(link: KafkaLink, claims: string): Promise<string | undefined> {
  return doing('READ', { link, claims }, () => readFirst(link, claims));
}

async function readFirst(link: KafkaLink, claims: string): Promise<string | undefined> {
  const [from, until] = await Promise.all(
    [true, false].map(async (fromBeginning) => (await link.offsets(claims, { fromBeginning }))[0] ?? 0),
  );
  const place: Place = { topic: claims, stored: claims, partition: 0, offset: from ?? 0 };
  while (place.offset < (until ?? 0)) {
    const [read] = await fetchPlaces(link, await link.leaderOf(claims, 0), { places: [place], waitMs: 0 });
    if (read === undefined || read.nextOffset === place.offset) throw heldBack();
    const found = read.foreign.find(({ excerpt }) => installationIdForm.test(excerpt));
    if (found !== undefined) return found.excerpt;
    place.offset = read.nextOffset;
  }
  return undefined;
}
