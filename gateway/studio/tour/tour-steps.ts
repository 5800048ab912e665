import type { IconName } from '../elements/Icon.tsx';
import type { TourStateQuery } from '../generated/operations.ts';
import type { GrantedField } from '../session/rights.ts';

export interface TourStep {
  readonly title: string;
  readonly text: string;
  readonly path: string;
  /** What the link says. */
  readonly go: string;
  readonly icon: IconName;
  readonly needs: GrantedField;
  /** The job it is about: a step without one to start is left out. */
  readonly job?: string;
  /** Not a page of this document. */
  readonly apart?: boolean;
  /** Whether the workspace shows that it was done; absent where only the reader can tell. */
  readonly isDone?: (state: TourStateQuery) => boolean;
}

/** The main job, from bytes to answers, in the order in which one thing leads to the next. */
export const tourSteps: readonly TourStep[] = [
  {
    title: 'Look at data that is alive',
    text: 'Every model has a grid. Open it in two tabs, change a cell in one, and watch it light up in the other. If two change the same value, both are asked.',
    path: '/data',
    go: 'Open the data',
    icon: 'table',
    needs: 'dataModels',
  },
  {
    title: 'Bring a file',
    text: 'Drop a CSV on the page. Cut the connection on the way if you like: the upload goes on where it was. Tables are shown before anybody downloads them.',
    path: '/files',
    go: 'Open the files',
    icon: 'upload',
    needs: 'createFolder',
    isDone: ({ files }) => files.totalCount > 0,
  },
  {
    title: 'Make records of its rows',
    text: 'On the page of a table, “Import its rows” starts the job with the model its columns look like. Follow its progress and its log line by line; rows that do not fit are a file of their own, and what failed goes on from where it was.',
    path: '/runs?start=import-dataset',
    go: 'Start the import',
    icon: 'play',
    needs: 'enqueueJob',
    job: 'import-dataset',
    isDone: ({ imports }) => imports.nodes.length > 0,
  },
  {
    title: 'See the figures move',
    text: 'Metrics are declared, and computed from the events that every change leaves, those of the import too. The charts move with them; rankings, funnels and cohorts are beside them.',
    path: '/metrics',
    go: 'Open the metrics',
    icon: 'chart',
    needs: 'metrics',
    isDone: ({ metrics }) => (metrics ?? []).length > 0,
  },
  {
    title: 'Ask what is to come',
    text: 'A model that was trained elsewhere predicts here, next to the data, by version. Try it with values of your own, or show what it says as a column of the data.',
    path: '/predictions',
    go: 'Open the predictions',
    icon: 'spark',
    needs: 'inferenceModels',
    isDone: ({ inferenceModels }) => (inferenceModels ?? []).some(({ liveVersion }) => liveVersion !== null),
  },
  {
    title: 'Ask for all of it at once',
    text: 'One query joins an airport, its picture, its delay by the hour, what is predicted of its flights, and the run that imported it. The explorer asks it as you; operations worth keeping are beside the editor.',
    path: '/studio/explorer',
    go: 'Open the explorer',
    icon: 'code',
    needs: 'dataModels',
    apart: true,
  },
  {
    title: 'Ask in SQL',
    text: 'What happened, as tables: write a SELECT, run it with Ctrl and Enter, and take the rows with you as CSV.',
    path: '/sql',
    go: 'Write a query',
    icon: 'database',
    needs: 'analyticsQuery',
  },
  {
    title: 'Compute a report, and take it with you',
    text: 'A report reads millions of rows in a job. Start it, cancel it on the way if you like, run it anew; what it made is among the files, to be downloaded as CSV.',
    path: '/runs?start=monthly-delay-report',
    go: 'Start the report',
    icon: 'download',
    needs: 'enqueueJob',
    job: 'monthly-delay-report',
    isDone: ({ reports }) => reports.nodes.length > 0,
  },
  {
    title: 'Let it happen by itself',
    text: 'Schedule the delay report for every Monday at six, by the clock of any time zone: the page says when it starts next, and pauses it. Triggers start jobs upon events, webhooks when a partner calls. What fails for good waits among the dead letters to be driven again.',
    path: '/runs/schedules',
    go: 'Open the schedules',
    icon: 'refresh',
    needs: 'schedules',
    isDone: ({ schedules }) => schedules.nodes.length > 0,
  },
  {
    title: 'Give a partner the part they need',
    text: 'A key has a role and the scopes it needs, and is revoked in a click. Its secret is shown once, with a call for curl to try it: the same airports, jobs and files over REST, with pages, ETags and problem documents.',
    path: '/keys',
    go: 'Make a key',
    icon: 'key',
    needs: 'createApiKey',
    isDone: ({ apiKeys }) => (apiKeys?.nodes ?? []).length > 0,
  },
  {
    title: 'See who did what',
    text: 'Every change, sign-in and refusal is in the audit log, chained so that none can be changed unseen. The live events show them as they happen.',
    path: '/events',
    go: 'Watch the events',
    icon: 'pulse',
    needs: 'events',
  },
];
