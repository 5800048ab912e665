import type { IconName } from '../elements/Icon.tsx';
import type { GrantedField } from '../session/rights.ts';

export interface Place {
  readonly path: string;
  readonly title: string;
  readonly icon: IconName;
  /** The field of the graph the page lives on: who may not use it does not see the way there. */
  readonly needs: GrantedField;
  /** Not a page of this bundle: a document of its own. */
  readonly apart?: boolean;
}

export interface PlaceGroup {
  readonly title: string;
  readonly places: readonly Place[];
}

/** Where one can go, in the order of the navigation. */
export const placeGroups: readonly PlaceGroup[] = [
  {
    title: 'Content',
    places: [
      { path: '/data', title: 'Data', icon: 'table', needs: 'dataModels' },
      { path: '/files', title: 'Files', icon: 'file', needs: 'files' },
    ],
  },
  {
    title: 'Analysis',
    places: [
      { path: '/metrics', title: 'Metrics', icon: 'chart', needs: 'metrics' },
      { path: '/sql', title: 'SQL', icon: 'database', needs: 'analyticsQuery' },
      { path: '/predictions', title: 'Predictions', icon: 'spark', needs: 'inferenceModels' },
    ],
  },
  {
    title: 'Activity',
    places: [
      { path: '/runs', title: 'Runs', icon: 'play', needs: 'runs' },
      { path: '/events', title: 'Live events', icon: 'pulse', needs: 'events' },
      { path: '/audit', title: 'Audit log', icon: 'list', needs: 'auditLog' },
    ],
  },
  {
    title: 'Workspace',
    places: [
      { path: '/members', title: 'Members', icon: 'people', needs: 'members' },
      { path: '/keys', title: 'API keys', icon: 'key', needs: 'apiKeys' },
    ],
  },
  {
    title: 'Build',
    places: [
      { path: '/tour', title: 'A tour', icon: 'flag', needs: 'files' },
      { path: '/explorer', title: 'GraphQL explorer', icon: 'code', needs: 'dataModels', apart: true },
      { path: '/v1/docs', title: 'REST reference', icon: 'book', needs: 'dataModels', apart: true },
    ],
  },
];
