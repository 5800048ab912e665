import type { DocumentStore } from '@tributary/engines/document-store';
import type { KeyValue } from '@tributary/engines/key-value';
import type { PubSub } from '@tributary/engines/pubsub';
import type { Relational } from '@tributary/engines/relational';
import { type Clock, type Logger, requireEngines } from '@tributary/runtime';
import { type ContractFile, sharedTypeDefs } from '@tributary/schema';
import {
  type AssertionVerifier,
  base64Scalar,
  buildSubgraph,
  dateTimeScalar,
  jsonScalar,
  type OnRefusal,
  type ResolverMap,
  type Subgraph,
} from '@tributary/subgraph-kit';
import type { DataContext } from './context.ts';
import { createDocumentStore } from './documents/document-store.ts';
import type { ItemStore } from './items/item-store.ts';
import { catalogueTypeDefs } from './models/catalogue-sdl.ts';
import type { Model, Models } from './models/model.ts';
import { modelTypeDefs } from './models/model-sdl.ts';
import { upperFirst } from './models/names.ts';
import { parseModels } from './models/parse-models.ts';
import { ItemReader } from './reading/item-reader.ts';
import { createRecordStore } from './records/record-store.ts';
import { catalogueResolvers } from './resolvers/catalogue-resolvers.ts';
import { changeResolvers } from './resolvers/change-resolvers.ts';
import { constraintResolvers } from './resolvers/constraint-resolvers.ts';
import { itemResolvers } from './resolvers/item-resolvers.ts';
import { type MutationParts, mutationResolvers } from './resolvers/mutation-resolvers.ts';
import { queryResolvers } from './resolvers/query-resolvers.ts';
import { type RoomParts, roomResolvers } from './resolvers/room-resolvers.ts';
import { Presence } from './rooms/presence.ts';
import { RoomLog } from './rooms/room-log.ts';
import { roomTypeDefs } from './rooms/room-sdl.ts';
import { RoomTexts } from './rooms/room-texts.ts';
import { rowsDoor } from './rows-door.ts';

export interface DataDependencies {
  readonly relational: Relational;
  readonly documents: DocumentStore;
  readonly keyValue: KeyValue;
  readonly pubSub: PubSub;
  readonly verifier: AssertionVerifier;
  readonly onRefusal: OnRefusal;
  readonly clock: Clock;
  readonly log: Logger;
  readonly modelFiles: readonly ContractFile[];
}

/**
 * Compiles the models and builds their federated API. Opens and writes nothing: `prepareData` makes tables and collections.
 * @throws CodedError MODEL_INVALID naming every fault of the models.
 */
export function buildData(deps: DataDependencies): Subgraph {
  const models = parseModels(deps.modelFiles);
  const stores = new Map([...models.values()].map((model) => [model.name, itemStoreOf(model, models, deps)]));
  const texts = new RoomTexts(deps.clock);
  const rooms = { texts, roomLog: new RoomLog({ ...deps, texts }), presence: new Presence(deps) };
  const parts = { ...deps, models, stores, ...rooms };
  return buildSubgraph<DataContext>({
    name: 'data',
    typeDefs: typeDefsOf(models),
    resolvers: resolversOf(models, parts),
    createContext: (call) => ({ ...call, reader: new ItemReader(parts, call.principal) }),
    verifier: deps.verifier,
    onRefusal: deps.onRefusal,
    ownTextChecks: inputMutations(models),
    log: deps.log,
    streamDoor: rowsDoor({ ...parts, ...deps }),
    ready: () =>
      requireEngines({
        database: deps.relational,
        'document-store': deps.documents,
        'key-value': deps.keyValue,
        pubsub: deps.pubSub,
      }),
  });
}

/** The contract that model files compile to. @throws CodedError MODEL_INVALID naming every fault of the models. */
export function dataTypeDefs(modelFiles: readonly ContractFile[]): string {
  return typeDefsOf(parseModels(modelFiles));
}

function typeDefsOf(models: Models): string {
  const rooms = [...models.values()].filter(({ room }) => room);
  return [sharedTypeDefs(), modelTypeDefs(models), catalogueTypeDefs, ...rooms.map(roomTypeDefs)].join('\n');
}

/** The items of a model, where they are stored. Opens nothing. */
export function itemStoreOf(
  model: Model,
  models: Models,
  { relational, documents }: Pick<DataDependencies, 'relational' | 'documents'>,
): ItemStore {
  return model.store === 'DOCUMENT'
    ? createDocumentStore(model, documents)
    : createRecordStore(model, models, relational);
}

function resolversOf(models: Models, parts: MutationParts & RoomParts): ResolverMap {
  const all = [...models.values()];
  const rooms = all.filter(({ room }) => room).map((model) => roomResolvers(model, parts));
  return {
    Query: merged<unknown>([
      ...all.map(queryResolvers),
      catalogueResolvers(models),
      constraintResolvers(models),
      ...rooms.map(({ Query }) => Query),
    ]),
    Mutation: merged([
      ...all.map((model) => mutationResolvers(model, parts)),
      ...rooms.map(({ Mutation }) => Mutation),
    ]),
    Subscription: merged([...all.map(changeResolvers), ...rooms.map(({ Subscription }) => Subscription)]),
    ...Object.fromEntries(all.map((model) => [model.name, itemResolvers(model, models)])),
    DateTime: dateTimeScalar,
    JSON: jsonScalar,
    Base64: base64Scalar,
  } as ResolverMap;
}

/** Those whose inputs are read field by field: what is wrong is told of each item, with all its faults. */
function inputMutations(models: Models): ReadonlySet<string> {
  const fieldsOf = ({ name, plural }: Model): readonly string[] => [
    `create${name}`,
    `create${upperFirst(plural)}`,
    `update${name}`,
  ];
  return new Set([...models.values()].flatMap(fieldsOf).map((field) => `Mutation.${field}`));
}

function merged<Value>(maps: readonly Readonly<Record<string, Value>>[]): Record<string, Value> {
  return Object.assign({}, ...maps);
}
