import type { Logger } from '@tributary/runtime';
import { heldBack, isHeldBack } from '../kafka/faults.ts';
import type { KafkaLink } from '../kafka/link.ts';
import { patiently } from '../kafka/patience.ts';
import { answerBytes } from './event-size.ts';
import { tellPassedOver } from './foreign-records.ts';
import { fetchPlaces, misplacedBy, type Place, type PlaceRead } from './kafka-places.ts';
import type { LogRecord } from './port.ts';

/** Up to `limit` records from a place on, and fewer where they are large. @throws CodedError CURSOR_EXPIRED, CURSOR_INVALID, and what the driver says */
export async function readFrom(
  { link, log }: { readonly link: KafkaLink; readonly log: Logger },
  place: Place,
  limit: number,
): Promise<readonly LogRecord[]> {
  if (place.partition >= (await link.partitionsOf(place.stored))) return [];
  const records: LogRecord[] = [];
  let bytes = 0;
  while (records.length < limit && bytes < answerBytes) {
    try {
      const read = await fetched(link, place);
      records.push(...read.records);
      for (const { sizeBytes = 0 } of read.records) bytes += sizeBytes;
      tellPassedOver(log, read.foreign);
      if (read.nextOffset === place.offset) break;
      place.offset = read.nextOffset;
      if (place.offset >= read.endOffset) break;
    } catch (error) {
      throw (await misplacedBy(link, error, [place]))?.error ?? error;
    }
  }
  return records.slice(0, limit);
}

/** Waits while a quota lets the broker answer with nothing at all: that would look like the end, or like a gap. */
function fetched(link: KafkaLink, place: Place): Promise<PlaceRead> {
  return patiently(isHeldBack, async () => {
    const nodeId = await link.leaderOf(place.stored, place.partition);
    const [read] = await fetchPlaces(link, nodeId, { places: [place], waitMs: 0 });
    if (read === undefined) throw heldBack();
    return read;
  });
}
