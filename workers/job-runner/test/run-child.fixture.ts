import { serveRun } from '../src/run-child.ts';

serveRun();
// The loader of these sources must stay: the job's module is imported later. The run ends the process.
await new Promise(() => undefined);
