import { serveRun } from './run-child.ts';

serveRun();
