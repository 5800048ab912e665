import { CodedError } from '@tributary/runtime';
import { isEventPath } from './event-paths.ts';
import { type ToldEvent, valueAt } from './told-event.ts';

const mostDepth = 32;
const mostPlaces = 100;
const mark = 'fromEvent';

/**
 * JSON in which `{ "fromEvent": "data.id" }` stands for what an event says at that path. Answers how many such places there are.
 * @throws CodedError BAD_USER_INPUT for a path that is none, and for JSON that is too deep; and what `checkPath` throws
 */
export function checkTemplate(
  template: unknown,
  checkPath: (path: string) => void = () => undefined,
  depth = 0,
): number {
  if (depth > mostDepth) throw bad(`The input is more than ${mostDepth} levels deep.`);
  if (typeof template !== 'object' || template === null) return 0;
  const path = eventPath(template);
  if (path !== undefined) {
    if (typeof path !== 'string' || !isEventPath(path))
      throw bad(`${mark} takes a path with dots between its names, such as data.id.`);
    checkPath(path);
    return 1;
  }
  // Every place is looked at: one that is found must not hide a fault behind it.
  let places = 0;
  for (const part of Object.values(template)) places += checkTemplate(part, checkPath, depth + 1);
  return places;
}

/** @throws CodedError BAD_USER_INPUT for more places than an input has use for */
export function checkPlaces(places: number): void {
  if (places > mostPlaces) throw bad(`An input names the event ${mostPlaces} times at most.`);
}

export interface FilledInput {
  readonly input: unknown;
  /** As JSON. */
  readonly sizeBytes: number;
}

/**
 * The input an event gives. Where the event says nothing a property is left out, and an item of a list is null. It is measured as it grows, since what an event
 * says may stand in many places: what is too large is never made.
 * @throws what `tooLarge` makes, as soon as its JSON would have more than `mostBytes`
 */
export function filledTemplate(
  template: unknown,
  event: ToldEvent,
  { mostBytes, tooLarge }: { readonly mostBytes: number; readonly tooLarge: () => Error },
): FilledInput {
  let sizeBytes = 0;
  const take = (bytes: number): void => {
    sizeBytes += bytes;
    if (sizeBytes > mostBytes) throw tooLarge();
  };
  const filled = fill(template, event, take);
  if (filled === undefined) return { input: null, sizeBytes: 4 };
  return { input: filled, sizeBytes };
}

type Take = (bytes: number) => void;

function fill(template: unknown, event: ToldEvent, take: Take): unknown {
  if (typeof template !== 'object' || template === null) return measured(template, take);
  if (Array.isArray(template)) {
    take(aroundItems(template.length));
    return template.map((item) => {
      const value = fill(item, event, take);
      return value === undefined ? measured(null, take) : value;
    });
  }
  const path = eventPath(template);
  if (typeof path === 'string') return measured(valueAt(event, path), take);
  const parts: [string, unknown][] = [];
  for (const [name, part] of Object.entries(template)) {
    const value = fill(part, event, take);
    if (value === undefined) continue;
    take(aroundValue(name));
    parts.push([name, value]);
  }
  take(aroundItems(parts.length));
  return Object.fromEntries(parts);
}

/** The value itself, when its JSON has a place. Nothing is what has none. */
function measured(value: unknown, take: Take): unknown {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null) take(bytesOf(value));
  else if (Array.isArray(value)) {
    take(aroundItems(value.length));
    for (const item of value) measured(item, take);
  } else {
    const entries = Object.entries(value);
    take(aroundItems(entries.length));
    for (const [name, inner] of entries) {
      take(aroundValue(name));
      measured(inner, take);
    }
  }
  return value;
}

/** Brackets, and commas between so many items. */
function aroundItems(count: number): number {
  return 2 + Math.max(0, count - 1);
}

/** A name and its colon. */
function aroundValue(name: string): number {
  return bytesOf(name) + 1;
}

function bytesOf(leaf: unknown): number {
  return Buffer.byteLength(JSON.stringify(leaf));
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
