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
    else if (plain(was, keyword) !== plain(is, keyword))
      breaks.push(
        `${at}: ${keyword} changed from ${plain(was, keyword) ?? 'nothing'} to ${plain(is, keyword) ?? 'nothing'}`,
      );
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

/** Keywords whose keys are names of fields or schemas, and may be called `title`; and those that hold values, whose keys are nobody's. */
const named: ReadonlySet<string> = new Set(['properties', 'patternProperties', 'dependentSchemas', '$defs']);
const literal: ReadonlySet<string> = new Set(['const', 'enum', 'default']);

/** What a keyword says without its notes, the same text for the same meaning. */
function plain(value: unknown, keyword: string): string | undefined {
  return JSON.stringify(withoutNotes(value, keyword));
}

function withoutNotes(value: unknown, of: string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => withoutNotes(each, of));
  const keepsAll = named.has(of) || literal.has(of);
  const kept = Object.entries(value).filter(([key]) => keepsAll || !notes.has(key));
  return Object.fromEntries(
    kept
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, part]) => [key, withoutNotes(part, literal.has(of) ? of : named.has(of) ? '' : key)]),
  );
}
