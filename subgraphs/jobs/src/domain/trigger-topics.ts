/** Who may read the events of a topic, and what of their data a trigger is told. */
export interface TriggerTopic {
  readonly name: string;
  readonly types: readonly string[];
  readonly allowance: { readonly to: readonly ['MEMBER']; readonly scope: string };
  readonly shown: readonly string[];
}

const ofMembers = (scope: string): TriggerTopic['allowance'] => ({ to: ['MEMBER'], scope });

const changes = (topic: string): readonly string[] =>
  ['created', 'updated', 'deleted'].map((verb) => `${topic}.${verb}`);

/**
 * The topics that triggers may follow: those whose events every member may read, or of which a part is shown that tells no values. Records and
 * documents have rights by row, which nobody can decide here: a run reads them through the graph, with the rights it acts with. Metrics are left out:
 * what caused a window to change is not known, so a loop over them would not be seen.
 */
export const triggerTopics: ReadonlyMap<string, TriggerTopic> = new Map(
  [
    ...['data.record', 'data.document'].map((name) => ({
      name,
      types: changes(name),
      allowance: ofMembers('data:read'),
      shown: ['model', 'id', 'version', 'changed'],
    })),
    ...['files.file', 'files.folder'].map((name) => ({
      name,
      types: changes(name),
      allowance: ofMembers('files:read'),
      shown: ['id', 'version', 'changed', 'before', 'after'],
    })),
    {
      name: 'analytics.event',
      types: ['analytics.event.tracked'],
      allowance: ofMembers('analytics:read'),
      shown: ['name', 'subject', 'receivedAt', 'properties'],
    },
    {
      name: 'jobs.run',
      types: ['succeeded', 'failed', 'cancelled', 'skipped'].map((verb) => `jobs.run.${verb}`),
      allowance: ofMembers('jobs:read'),
      shown: ['after'],
    },
  ].map((topic) => [topic.name, topic]),
);
