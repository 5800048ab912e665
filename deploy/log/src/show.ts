import type { GroupPlace, TopicState } from '@tributary/engines/event-log';
import { topicContracts } from '@tributary/schema/events';
import type { CommandRun } from './command-line.ts';
import { badInput, momentOf } from './positions.ts';
import { table } from './table.ts';

const dayMs = 86_400_000;

export async function showTopics({ eventLog, values, print, remark }: CommandRun): Promise<void> {
  const states = await eventLog.topics();
  const declared = new Map(topicContracts().map((contract) => [contract.name, contract]));
  const missing = [...declared.keys()].filter((name) => !states.some((state) => state.name === name));
  const noteOn = ({ name, retentionMs, cleanup, end }: TopicState): string => {
    const contract = declared.get(name);
    if (contract === undefined) return 'not declared';
    const drifts = [
      contract.partitions === end.length ? [] : [`declared with ${contract.partitions} partitions`],
      contract.retentionMs === retentionMs ? [] : [`declared with ${contract.retentionMs / dayMs} days`],
      contract.cleanup === cleanup ? [] : [`declared as ${contract.cleanup}`],
    ];
    return drifts.flat().join(', ');
  };
  if (states.some(({ name }) => !declared.has(name)))
    remark(
      'Not declared: topics of another version of the product, or of others, where EVENT_LOG_URL names no prefix for its own.',
    );
  if (missing.length > 0) remark(`Declared, and not in the log: ${missing.join(', ')}`);
  if (values.json) {
    for (const state of states)
      print(JSON.stringify({ ...state, declared: declared.has(state.name), note: noteOn(state) }));
    return;
  }
  const rows = states.map((state) => {
    const { name, retentionMs, cleanup, beginning, end } = state;
    return [
      name,
      end.length,
      // Offsets may have gaps: no more records than this.
      end.reduce((sum, next, partition) => sum + next - (beginning[partition] ?? 0), 0),
      `${Number((retentionMs / dayMs).toFixed(2))} d`,
      cleanup,
      beginning.join(','),
      end.join(','),
      noteOn(state),
    ];
  });
  print(table(['topic', 'partitions', 'records', 'retention', 'cleanup', 'earliest', 'latest', ''], rows));
}

export async function showGroups({ eventLog, values, print, remark }: CommandRun): Promise<void> {
  const groups = await eventLog.groups();
  const rows = groups.flatMap(({ group, members, places }) =>
    [...new Set(places.map(({ topic }) => topic))].map((topic) => {
      const ours = places.filter((place) => place.topic === topic);
      if (ours.some(isBeyondEnd))
        remark(
          `${group} stands beyond the end of ${topic}, which was restored, or made anew: while it has members it reads that topic from its beginning.`,
        );
      // Beyond the end it has handled nothing of what there is, as far as anybody knows.
      const lag = ours.reduce(
        (sum, place) => sum + place.endOffset - (isBeyondEnd(place) ? 0 : place.nextOffset),
        0,
      );
      return { group, members, topic, positions: ours.map(({ nextOffset }) => nextOffset), lag };
    }),
  );
  if (values.json) for (const row of rows) print(JSON.stringify(row));
  else
    print(
      table(
        ['group', 'members', 'topic', 'positions', 'lag'],
        rows.map(({ group, members, topic, positions, lag }) => [
          group,
          members,
          topic,
          positions.join(','),
          lag,
        ]),
      ),
    );
}

function isBeyondEnd({ nextOffset, endOffset }: GroupPlace): boolean {
  return nextOffset > endOffset;
}

export async function showOffsets(
  { eventLog, values, print }: CommandRun,
  [topic = '']: readonly string[],
): Promise<void> {
  if (values.at === undefined) throw badInput('Say the moment with --at: 2026-11-26T09:30:00Z.');
  const [offsets, end] = await Promise.all([
    eventLog.positionAt(topic, momentOf(values.at)),
    eventLog.end(topic),
  ]);
  if (values.json) print(JSON.stringify({ topic, at: values.at, offsets, end }));
  else
    print(
      table(
        ['partition', 'offset', 'latest'],
        offsets.map((offset, partition) => [partition, offset, end[partition] ?? 0]),
      ),
    );
}
