import type { TriggerTopic } from './trigger-topics.ts';

/** The part of JSON Schema that says where a value may have further values in it. */
export interface Shape {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: boolean | Shape;
  readonly items?: Shape;
  readonly oneOf?: readonly Shape[];
  readonly anyOf?: readonly Shape[];
}

/** What events of each type hold in `data`, as schema/events declares it. */
export type EventShapes = ReadonlyMap<string, Shape>;

/** The events that a trigger is for. */
export interface ToldShapes {
  readonly topic: TriggerTopic;
  readonly types: readonly string[];
  readonly shapes: EventShapes;
}

/** A place at which no event has anything, and what there is instead. */
export interface DeadEnd {
  readonly at: string;
  readonly has: readonly string[];
}

const pathPattern = /^[A-Za-z_]\w{0,99}(?:\.[A-Za-z_0-9]\w{0,99}){0,9}$/;
const leaf: Shape = { type: 'string' };

export function isEventPath(path: string): boolean {
  return pathPattern.test(path);
}

/**
 * Where a path ends before its end in events of all these types; undefined when one of them may hold a value there. What a schema leaves
 * open may hold anything.
 */
export function deadEndOf(path: string, { topic, types, shapes }: ToldShapes): DeadEnd | undefined {
  let furthest: DeadEnd | undefined;
  for (const type of types) {
    const end = follow(toldShape(topic, shapes.get(type) ?? {}), path.split('.'), []);
    if (end === undefined) return undefined;
    if (furthest === undefined || end.at.length > furthest.at.length) furthest = end;
  }
  return furthest;
}

/** An event as triggers see it (`ToldEvent`). */
function toldShape({ shown }: TriggerTopic, { properties = {} }: Shape): Shape {
  const visible = Object.entries(properties).filter(([name]) => shown.includes(name));
  return closed({
    ...Object.fromEntries(['id', 'type', 'time', 'subject'].map((name) => [name, leaf])),
    actor: closed({ kind: leaf, id: leaf }),
    data: closed(Object.fromEntries(visible)),
  });
}

function closed(properties: Readonly<Record<string, Shape>>): Shape {
  return { type: 'object', properties, additionalProperties: false };
}

function follow(shape: Shape, names: readonly string[], passed: readonly string[]): DeadEnd | undefined {
  const [name, ...rest] = names;
  if (name === undefined) return undefined;
  const ends = alternatives(shape).map((alternative) => {
    const next = within(alternative, name);
    return next === undefined
      ? { at: [...passed, name].join('.'), has: leaves(alternative, passed) }
      : follow(next, rest, [...passed, name]);
  });
  return ends.includes(undefined) ? undefined : (ends.find((end) => end?.has.length !== 0) ?? ends[0]);
}

function alternatives(shape: Shape): readonly Shape[] {
  const { oneOf, anyOf, type } = shape;
  if (oneOf !== undefined) return oneOf;
  if (anyOf !== undefined) return anyOf;
  return Array.isArray(type) ? type.map((each: string) => ({ ...shape, type: each })) : [shape];
}

/** The shape of what has this name in a value; undefined when nothing can have it. */
function within(
  { type, properties = {}, additionalProperties = true, items }: Shape,
  name: string,
): Shape | undefined {
  if (type === 'array') return /^\d+$/.test(name) ? (items ?? {}) : undefined;
  if (type !== undefined && type !== 'object') return undefined;
  const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (known !== undefined) return known;
  if (additionalProperties === false) return undefined;
  return additionalProperties === true ? {} : additionalProperties;
}

/** The paths that go on from here, down to what is closed at once: `actor.kind`, `data.id`. */
function leaves({ type, properties = {} }: Shape, passed: readonly string[]): readonly string[] {
  if (type !== 'object') return [];
  return Object.entries(properties).flatMap(([name, shape]) => {
    const here = [...passed, name];
    return passed.length === 0 && shape.properties !== undefined ? leaves(shape, here) : [here.join('.')];
  });
}
