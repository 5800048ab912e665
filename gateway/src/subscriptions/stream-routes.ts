import { createHash } from 'node:crypto';
import { CodedError } from '@tributary/runtime';
import { topicContracts } from '@tributary/schema';
import { type FieldDefinitionNode, type GraphQLSchema, Kind } from 'graphql';
import { argumentsOf } from '../planning/directive-arguments.ts';
import type { PlannedGraph } from '../planning/planner.ts';

/** A subscription field fed from a topic of the log: it can be resumed from a cursor. */
export interface LogRoute {
  readonly kind: 'log';
  readonly fieldName: string;
  /** A topic, or `{argument}` where the subscriber chooses among the declared ones. */
  readonly topic: string;
  /** `*` stands for every type. */
  readonly types: ReadonlySet<string>;
  /** `FlightNote/{noteId}`, or `Airport/*` for all of a kind. */
  readonly subject: string;
  /** The argument whose value (a `where` input) must hold for the changed entity. */
  readonly filterArgument: string | undefined;
}

/** Then the topic is known with the arguments, and followed from when the first subscriber asks. */
export function isTopicChosen({ topic }: LogRoute): boolean {
  return topic.includes('{');
}

/** A subscription field fed from a pubsub channel: what is missed is gone. */
export interface EphemeralRoute {
  readonly kind: 'ephemeral';
  readonly fieldName: string;
  /** `presence:{workspace}:{noteId}` */
  readonly channel: string;
}

export type StreamRoute = LogRoute | EphemeralRoute;

/** What subscriptions need of a supergraph: a route per field, and the permissions the composed `@allow` declares. */
export interface StreamSchema {
  readonly routes: ReadonlyMap<string, StreamRoute>;
  /** Those that are declared: what a subscriber may choose among. */
  readonly topics: ReadonlySet<string>;
  readonly schema: GraphQLSchema;
  /** Equal for equal supergraphs. */
  readonly version: string;
}

/** A composed supergraph, as it was loaded. */
export type StreamingGraph = Pick<PlannedGraph, 'sdl' | 'document' | 'supergraphSchema'>;

/**
 * Reads the routes of all subscription fields from a composed supergraph.
 * @throws CodedError MODEL_INVALID naming the fields that no topic and no channel feeds, or whose declaration is wrong.
 */
export function readStreamSchema({ sdl, document, supergraphSchema: schema }: StreamingGraph): StreamSchema {
  const routes = new Map<string, StreamRoute>();
  const faults: string[] = [];
  const rootName = schema.getSubscriptionType()?.name;
  for (const definition of document.definitions) {
    const isObject =
      definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION;
    if (!isObject || definition.name.value !== rootName) continue;
    for (const field of definition.fields ?? []) {
      const route = routeOf(field);
      if (typeof route === 'string') faults.push(`Subscription.${field.name.value} ${route}`);
      else routes.set(route.fieldName, route);
    }
  }
  if (faults.length > 0) {
    throw new CodedError('MODEL_INVALID', `Subscriptions cannot be fed: ${faults.join('; ')}.`, {
      details: { faults },
    });
  }
  const topics = new Set(topicContracts().map(({ name }) => name));
  return { routes, topics, schema, version: createHash('sha256').update(sdl).digest('base64url') };
}

/** The route, or what is wrong with the declaration. */
function routeOf(field: FieldDefinitionNode): StreamRoute | string {
  const fieldName = field.name.value;
  const argumentNames = new Set((field.arguments ?? []).map((argument) => argument.name.value));
  const log = given(field, 'logStream');
  const ephemeral = given(field, 'ephemeral');
  if (log !== undefined) {
    const { topic, types, subject, filter } = log;
    if (typeof topic !== 'string' || typeof subject !== 'string' || !Array.isArray(types))
      return 'has an incomplete @logStream';
    if (typeof filter === 'string' && !argumentNames.has(filter))
      return `filters by ${filter}, which is no argument`;
    const unknown = placeholdersOf(topic + subject).filter((name) => !argumentNames.has(name));
    if (unknown.length > 0) return `has a topic or subject with unknown arguments ${unknown.join(', ')}`;
    if (subject.slice(0, -1).includes('*')) return 'has a subject with * before its end';
    const filterArgument = typeof filter === 'string' ? filter : undefined;
    return { kind: 'log', fieldName, topic, types: new Set(types.map(String)), subject, filterArgument };
  }
  if (ephemeral === undefined) return 'has neither @logStream nor @ephemeral';
  const { channel } = ephemeral;
  if (typeof channel !== 'string') return 'has an incomplete @ephemeral';
  const unknown = placeholdersOf(channel).filter((name) => name !== 'workspace' && !argumentNames.has(name));
  if (unknown.length > 0) return `has a channel with unknown arguments ${unknown.join(', ')}`;
  return { kind: 'ephemeral', fieldName, channel };
}

function placeholdersOf(template: string): readonly string[] {
  return [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
}

function given({ directives = [] }: FieldDefinitionNode, name: string) {
  const directive = directives.find((candidate) => candidate.name.value === name);
  return directive && argumentsOf(directive, name);
}
