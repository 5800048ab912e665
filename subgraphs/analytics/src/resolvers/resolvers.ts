import { dateTimeScalar, jsonScalar } from '@tributary/subgraph-kit';
import type { Resolvers } from '../generated/schema.ts';
import { track } from './Mutation/track.ts';
import { trackedEvents } from './Query/trackedEvents.ts';

/** The map from the schema to its resolvers, complete by type. */
export const resolvers = {
  Query: { trackedEvents },
  Mutation: { track },
  DateTime: dateTimeScalar,
  JSON: jsonScalar,
} satisfies Resolvers;
