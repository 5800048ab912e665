export { startRightsProjection } from './rights-projection.ts';
export { buildJobs, type JobsDeps, jobsTypeDefs } from './subgraph.ts';
