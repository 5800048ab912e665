export { modelRefusals, prepareData } from './prepare.ts';
export { buildData, type DataDependencies, dataTypeDefs } from './subgraph.ts';
