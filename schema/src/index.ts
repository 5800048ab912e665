export { composeSupergraph } from './compose.ts';
export {
  type ContractFile,
  exampleOperationFiles,
  modelFiles,
  restOperationFiles,
  sharedTypeDefs,
} from './contracts.ts';
export { type ForeignEntity, foreignEntities } from './foreign-entities.ts';
export { type TopicContract, topicContracts } from './topics.ts';
