import { z } from 'zod/mini';
import type { TriggersQuery, TriggerTopicsQuery } from '../generated/operations.ts';
import { parsedInput } from './job-input.ts';

export type Trigger = TriggersQuery['triggers']['nodes'][number];
export type TriggerTopic = TriggerTopicsQuery['triggerTopics'][number];

/** How a condition compares what an event says with its value. */
export const conditionTests = ['eq', 'in', 'contains'] as const;
export type ConditionTest = (typeof conditionTests)[number];
export const testTitles = { eq: 'is', in: 'is one of', contains: 'contains' } as const;

/** A condition as somebody types it. */
export const conditionDraft = z.object({
  /** Of the row, while it is edited. */
  key: z.number(),
  path: z.string(),
  test: z.enum(conditionTests),
  text: z.string(),
});
export type ConditionDraft = Readonly<z.infer<typeof conditionDraft>>;

export function conditionDrafts(conditions: Trigger['conditions']): readonly ConditionDraft[] {
  return conditions.map(({ path, eq, in: some, contains }, key) => {
    if (some !== null) return { key, path, test: 'in', text: JSON.stringify(some) };
    return contains === null
      ? { key, path, test: 'eq', text: JSON.stringify(eq) }
      : { key, path, test: 'contains', text: JSON.stringify(contains) };
  });
}

/** The conditions as the graph takes them. A value is JSON where it reads as such, and a text otherwise. */
export function conditionInputs(drafts: readonly ConditionDraft[]) {
  return drafts.map(({ path, test, text }) => {
    const parsed = parsedInput(text);
    const value = 'input' in parsed ? parsed.input : text;
    return { path: path.trim(), [test]: test === 'in' && !Array.isArray(value) ? [value] : value };
  });
}

/** What conditions and inputs can name of a topic's events. */
export function knownPaths(topic: TriggerTopic | undefined): readonly string[] {
  return [
    ...['id', 'type', 'time', 'subject', 'actor.kind', 'actor.id'],
    ...(topic?.fields ?? []).map((field) => `data.${field}`),
  ];
}
