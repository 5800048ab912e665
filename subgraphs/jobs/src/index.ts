export { startHookCare } from './hook-care.ts';
export { buildJobs, type JobsDeps, jobsTypeDefs } from './subgraph.ts';
export { startTriggers, type TriggersDeps } from './trigger-consumer.ts';
