export { composed, composeSupergraph, compositionVersion, type SubgraphContract } from './compose.ts';
export {
  type ContractFile,
  exampleOperationFiles,
  listedOperationFiles,
  metricFiles,
  modelFiles,
  type PlatformNames,
  platformNames,
  predictionFiles,
  restOperationFiles,
  sharedTypeDefs,
  trackingFiles,
} from './contracts.ts';
export { type ForeignEntity, foreignEntities } from './foreign-entities.ts';
export { type TopicContract, topicContracts } from './topics.ts';
