import type { LogEvent } from '@tributary/engines/event-log';
import { CodedError, createLogger, newId, systemClock } from '@tributary/runtime';
import {
  type AssertionMinter,
  buildSubgraph,
  type CallContext,
  createAssertionMinter,
  createAssertionVerifier,
  type Subgraph,
} from '@tributary/subgraph-kit';
import { exportJWK, generateKeyPair } from 'jose';

const typeDefs = /* GraphQL */ `
  type Airport @key(fields: "id") @allow(to: ["PUBLIC"]) { id: ID! name: String }
  type Note @key(fields: "id") @allow(to: ["MEMBER", "OWNER_OF_ROW"]) { id: ID! }
  type AirportChange { cursor: String type: String! airport: Airport! }
  type Happening { type: String! subject: String! }
  input StringComparison { eq: String startsWith: String }
  input AirportWhere { and: [AirportWhere!] not: AirportWhere name: StringComparison }
  type Query { airport(id: ID!): Airport @allow(to: ["PUBLIC"]) }
  type Mutation { rename(name: String!): String @allow(to: ["EDITOR"]) }
  type Subscription {
    airportChanged(where: AirportWhere, after: String): AirportChange @allow(to: ["PUBLIC"])
      @logStream(topic: "data.record", types: ["data.record.updated"], subject: "Airport/*", filter: "where")
    oneAirportChanged(id: ID!, after: String): AirportChange @allow(to: ["MEMBER"])
      @logStream(topic: "data.record", types: ["data.record.updated"], subject: "Airport/{id}")
    noteChanged(after: String): Note @allow(to: ["MEMBER"])
      @logStream(topic: "data.record", types: ["data.record.updated"], subject: "Note/*")
    happened(topic: String!, after: String): Happening @allow(to: ["ADMIN"])
      @logStream(topic: "{topic}", types: ["*"], subject: "*")
    presenceChanged(room: ID!): String @allow(to: ["PUBLIC"]) @ephemeral(channel: "presence:{workspace}:{room}")
  }
`;

interface Where {
  readonly name?: { readonly eq?: string; readonly startsWith?: string };
}

interface AirportData {
  readonly id: string;
  readonly name: string;
}

export interface AirportSubgraph {
  readonly subgraph: Subgraph;
  readonly minter: AssertionMinter;
  /** Every subscription execution for an event, by event id. */
  readonly executions: string[];
  /** Of what tells of presence: whether it is away, and how often it was asked then. */
  readonly absence: { isAway: boolean; asked: number };
}

/** A subgraph of airports that only live in events: everything a subscription meets, without a database behind it. */
export async function airportSubgraph(): Promise<AirportSubgraph> {
  const keys = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const minter = await createAssertionMinter(await exportJWK(keys.privateKey), systemClock);
  const verifier = await createAssertionVerifier(await exportJWK(keys.publicKey), systemClock);
  const executions: string[] = [];
  const changed = (where: Where | undefined, context: CallContext) => {
    if (context.stream === undefined) return null;
    const { event, cursor } = context.stream;
    executions.push(event.id);
    const airport = (event.data as { after: AirportData }).after;
    const { eq, startsWith } = where?.name ?? {};
    if (eq !== undefined && airport.name !== eq) return null;
    if (startsWith !== undefined && !airport.name.startsWith(startsWith)) return null;
    return { cursor, type: event.type, airport };
  };
  const absence = { isAway: false, asked: 0 };
  const subgraph = buildSubgraph<CallContext>({
    name: 'airports',
    typeDefs,
    resolvers: {
      Query: { airport: (_root: unknown, { id }: { id: string }) => ({ id, name: `Airport ${id}` }) },
      Mutation: { rename: (_root: unknown, { name }: { name: string }) => name },
      Subscription: {
        airportChanged: (_root: unknown, { where }: { where?: Where | null }, context: CallContext) =>
          changed(where ?? undefined, context),
        oneAirportChanged: (_root: unknown, _args: unknown, context: CallContext) =>
          changed(undefined, context),
        noteChanged: (_root: unknown, _args: unknown, context: CallContext) => {
          if (context.stream !== undefined) executions.push(context.stream.event.id);
          return context.stream === undefined ? null : { id: context.principal.id };
        },
        happened: (_root: unknown, _args: unknown, context: CallContext) => context.stream?.event ?? null,
        presenceChanged: (_root: unknown, _args: unknown, context: CallContext) => {
          if (absence.isAway) {
            absence.asked += 1;
            throw new CodedError('ENGINE_UNAVAILABLE', 'What tells of presence is away.');
          }
          return context.stream === undefined ? 'nobody' : (context.stream.event.data as { who: string }).who;
        },
      },
    },
    createContext: (call) => call,
    verifier,
    onRefusal: () => undefined,
    log: createLogger({ name: 'test', level: 'silent' }),
    ready: async () => undefined,
  });
  return { subgraph, minter, executions, absence };
}

export interface ChangeOptions {
  readonly workspaceId?: string;
  readonly kind?: 'Airport' | 'Note';
}

/** The event of one airport's change; `id` is also its partition key. */
export function airportUpdated(id: string, name: string, options: ChangeOptions = {}): LogEvent {
  const { workspaceId = 'ws-1', kind = 'Airport' } = options;
  return {
    specversion: '1.0',
    id: newId(),
    source: '/subgraphs/data',
    type: 'data.record.updated',
    subject: `${kind}/${id}`,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    workspaceid: workspaceId,
    partitionkey: `${kind}/${id}`,
    actorkind: 'user',
    actorid: 'u-1',
    data: { after: { id, name } },
  };
}
