/** What the scopes of the graph let a key do, in the words people read. */
export const scopeMeanings: Readonly<Record<string, string>> = {
  'data:read': 'Read records and documents, and follow them live',
  'data:write': 'Create, change and delete them',
  'files:read': 'List, preview and download files',
  'files:write': 'Upload, move, share and remove them',
  'analytics:read': 'Read metrics, and follow them live',
  'analytics:write': 'Send tracked events',
  'jobs:read': 'See jobs, runs and their logs',
  'jobs:write': 'Start, cancel and repeat runs',
  'events:read': 'Follow the event log',
  'identity:read': 'See members, keys and the audit log',
  'identity:write': 'Change members and revoke keys',
  'rest:usage': 'See how the REST routes are used',
};
