/**
 * What the audit log keeps of an event's data: ids, names, rights and the names of changed fields. Values of records stay out,
 * because the log outlives what it tells of and is read by more people. Unknown topics keep ids only.
 */
export function auditDetails(topic: string, data: unknown): Readonly<Record<string, unknown>> {
  if (typeof data !== 'object' || data === null) return {};
  const fields = data as Readonly<Record<string, unknown>>;
  const details: Record<string, unknown> = {};
  for (const name of keptFields(topic))
    if (Object.hasOwn(fields, name) && isPlain(fields[name])) details[name] = bounded(fields[name]);
  return details;
}

/** In the order of their names, which is that of canonical JSON: most events are such changes. */
const changeFields = ['changed', 'id', 'model', 'version'];
const idsOnly = ['id'];

function keptFields(topic: string): readonly string[] {
  if (topic === 'data.record' || topic === 'data.document') return changeFields;
  return detailFields[topic] ?? idsOnly;
}

const detailFields: Readonly<Record<string, readonly string[]>> = {
  'data.room': [],
  'identity.session': ['sessionId', 'userId', 'reason', 'failures'],
  'identity.member': ['userId', 'role', 'previousRole', 'invitationId', 'outcome'],
  'identity.api_key': ['keyId', 'name', 'role', 'scopes'],
  'identity.signing_key': ['keyId', 'previousKeyId', 'reason'],
  'identity.user': ['userId'],
  'identity.workspace': ['workspaceId', 'slug'],
  'files.file': ['id', 'version', 'changed'],
  'files.folder': ['id', 'version', 'changed'],
  'files.link': ['id', 'fileId', 'versionNumber', 'expiresAt'],
  'files.quota': ['workspaceId', 'quotaBytes'],
  'analytics.model': ['name', 'version', 'previousVersion', 'sha256'],
  'analytics.pipeline': ['name'],
  'jobs.queue': [
    'name',
    'state',
    'concurrency',
    'keyConcurrency',
    'rateLimit',
    'keyRateLimit',
    'ratePeriodMs',
  ],
  'jobs.start': ['id', 'name', 'job'],
  'jobs.steering': ['id', 'job', 'queue', 'newRunId'],
  'identity.refusal': ['coordinate', 'code', 'principalKind', 'principalId'],
};

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null || Array.isArray(value);
}

const longestText = 512;
const unstorable = /[\0\p{Surrogate}]/u;

/** PostgreSQL holds neither NUL nor half of a surrogate pair, and an entry stays small whatever a producer sends. */
export function auditText(text: string): string {
  // Nearly all are, and a replacement that finds nothing to replace costs several times what looking does.
  if (text.length <= longestText && !unstorable.test(text)) return text;
  return text.slice(0, longestText).replace(/[\0\p{Surrogate}]/gu, '\uFFFD');
}

function bounded(value: unknown): unknown {
  if (typeof value === 'string') return auditText(value);
  if (Array.isArray(value))
    return value
      .filter((item) => typeof item === 'string')
      .slice(0, 200)
      .map(bounded);
  return value;
}
