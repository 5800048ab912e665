import type { TopicContract } from './topics.ts';

type Schema = Readonly<Record<string, unknown>>;
type Topic = Pick<TopicContract, 'name' | 'partitions' | 'types'>;

/** What describes and does not restrict. */
const notes: ReadonlySet<string> = new Set(['description', 'title', '$comment', 'examples']);

/**
 * What of `after` would keep readers of one version from the events of the other, in sentences; empty when both read both. Processes of two versions run side by
 * side while one is rolled out, and the log keeps the old events for months: topics, types and fields only come, they do not go and do not change.
 */
export function eventBreaks(before: readonly Topic[], after: readonly Topic[]): readonly string[] {
  return before.flatMap((topic) => {
    const next = after.find(({ name }) => name === topic.name);
    if (next === undefined) return [`${topic.name}: the topic was removed`];
    const breaks = Object.entries(topic.types).flatMap(([type, schema]) => {
      const changed = next.types[type];
      if (changed === undefined) return [`${type}: the type was removed from ${topic.name}`];
      return schemaBreaks(schema as Schema, changed as Schema, type);
    });
    return next.partitions === topic.partitions
      ? breaks
      : [`${topic.name}: ${topic.partitions} partitions became ${next.partitions}`, ...breaks];
  });
}

function schemaBreaks(before: Schema, after: Schema, at: string): readonly string[] {
  const breaks: string[] = [];
  for (const keyword of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (notes.has(keyword)) continue;
    const [was, is] = [before[keyword], after[keyword]];
    if (keyword === 'properties')
      breaks.push(...propertyBreaks((was ?? {}) as Schema, (is ?? {}) as Schema, at));
    else if (keyword === 'required')
      breaks.push(...requiredBreaks(was as readonly string[], is as readonly string[], at));
    else if (keyword === 'items' && was !== undefined && is !== undefined)
      breaks.push(...schemaBreaks(was as Schema, is as Schema, `${at}[]`));
    else if (plain(was) !== plain(is))
      breaks.push(`${at}: ${keyword} changed from ${plain(was) ?? 'nothing'} to ${plain(is) ?? 'nothing'}`);
  }
  return breaks;
}

function propertyBreaks(before: Schema, after: Schema, at: string): readonly string[] {
  return Object.entries(before).flatMap(([name, schema]) => {
    const next = after[name];
    if (next === undefined) return [`${at}.${name}: the field was removed`];
    return schemaBreaks(schema as Schema, next as Schema, `${at}.${name}`);
  });
}

function requiredBreaks(
  before: readonly string[] = [],
  after: readonly string[] = [],
  at: string,
): readonly string[] {
  return [
    ...after
      .filter((name) => !before.includes(name))
      .map((name) => `${at}.${name}: is required now, and events of before lack it`),
    ...before
      .filter((name) => !after.includes(name))
      .map((name) => `${at}.${name}: is required no more, and readers of before need it`),
  ];
}

/** A schema or value without its notes, the same text for the same meaning. */
function plain(value: unknown): string | undefined {
  return JSON.stringify(value, (key, part: unknown) => {
    if (notes.has(key)) return undefined;
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
