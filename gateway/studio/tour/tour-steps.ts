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
  /** Not a page of this document. */
  readonly apart?: boolean;
  /** Whether the workspace shows that it was done; absent where only the reader can tell. */
  readonly isDone?: (state: TourStateQuery) => boolean;
}

/** From bytes to answers, in the order in which one thing leads to the next. */
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
    title: 'Let a job work on it',
    text: 'Start a job with an input, follow its progress and its log line by line, and cancel it on the way. What failed goes on from where it was.',
    path: '/runs',
    go: 'Open the runs',
    icon: 'play',
    needs: 'enqueueJob',
    isDone: ({ runs }) => runs.nodes.length > 0,
  },
  {
    title: 'See the figures move',
    text: 'Metrics are declared, and computed from the events that every change leaves. The charts move with them.',
    path: '/metrics',
    go: 'Open the metrics',
    icon: 'chart',
    needs: 'metrics',
    isDone: ({ metrics }) => (metrics ?? []).length > 0,
  },
  {
    title: 'Ask what is to come',
    text: 'A model that was trained elsewhere predicts here, next to the data, by version. Try it with values of your own.',
    path: '/predictions',
    go: 'Open the predictions',
    icon: 'spark',
    needs: 'inferenceModels',
    isDone: ({ inferenceModels }) => (inferenceModels ?? []).some(({ liveVersion }) => liveVersion !== null),
  },
  {
    title: 'Ask for all of it at once',
    text: 'All of this is one graph. The explorer asks it as you; operations worth keeping are beside the editor.',
    path: '/studio/explorer',
    go: 'Open the explorer',
    icon: 'code',
    needs: 'dataModels',
    apart: true,
  },
  {
    title: 'Give a partner the part they need',
    text: 'A key with a role and the scopes it needs opens the REST routes, with pages, ETags and problem documents.',
    path: '/keys',
    go: 'Make a key',
    icon: 'key',
    needs: 'createApiKey',
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
