import { CodedError } from '@tributary/runtime';
import { isEventPath } from './event-paths.ts';
import { type ToldEvent, valueAt } from './told-event.ts';

const mostDepth = 32;
const mark = 'fromEvent';

/**
 * JSON in which `{ "fromEvent": "data.id" }` stands for what an event says at that path. Answers whether there is such a place.
 * @throws CodedError BAD_USER_INPUT for a path that is none, and for JSON that is too deep; and what `checkPath` throws
 */
export function checkTemplate(
  template: unknown,
  checkPath: (path: string) => void = () => undefined,
  depth = 0,
): boolean {
  if (depth > mostDepth) throw bad(`The input is more than ${mostDepth} levels deep.`);
  if (typeof template !== 'object' || template === null) return false;
  const path = eventPath(template);
  if (path !== undefined) {
    if (typeof path !== 'string' || !isEventPath(path))
      throw bad(`${mark} takes a path with dots between its names, such as data.id.`);
    checkPath(path);
    return true;
  }
  // Every place is looked at: one that is found must not hide a fault behind it.
  return Object.values(template)
    .map((part) => checkTemplate(part, checkPath, depth + 1))
    .some((found) => found);
}

/** The input an event gives. Where the event says nothing a property is left out, and an item of a list is null. */
export function filledTemplate(template: unknown, event: ToldEvent): unknown {
  const filled = fill(template, event);
  return filled === undefined ? null : filled;
}

function fill(template: unknown, event: ToldEvent): unknown {
  if (typeof template !== 'object' || template === null) return template;
  if (Array.isArray(template)) return template.map((item) => fill(item, event) ?? null);
  const path = eventPath(template);
  if (typeof path === 'string') return valueAt(event, path);
  return Object.fromEntries(
    Object.entries(template)
      .map(([name, part]) => [name, fill(part, event)] as const)
      .filter(([, value]) => value !== undefined),
  );
}

/** What is marked, when the object is nothing but a mark. */
function eventPath(template: object): unknown {
  return Object.hasOwn(template, mark) && Object.keys(template).length === 1
    ? (template as Readonly<Record<string, unknown>>)[mark]
    : undefined;
}

function bad(message: string): CodedError {
  return new CodedError('BAD_USER_INPUT', message, { details: { argument: 'input' } });
}
