export { defaultSettings, type FilesSettings } from './core.ts';
export { buildFiles, type FilesDeps, type FilesSubgraph, filesTypeDefs } from './subgraph.ts';
