export { prepareData } from './prepare.ts';
export { buildData, type DataDependencies } from './subgraph.ts';
