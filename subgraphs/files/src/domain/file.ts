export type FileState = 'PENDING' | 'AVAILABLE' | 'QUARANTINED';
export type ScanState = 'NOT_SCANNED' | 'CLEAN' | 'INFECTED';

/** What is said of bytes once they are whole. */
export interface ContentFacts {
  readonly contentType: string;
  readonly declaredType: string | null;
  readonly sizeBytes: number;
  /** Hex. */
  readonly sha256: string;
  readonly state: FileState;
  readonly scan: ScanState;
}

/** A file as the graph and its events show it; times in RFC 3339, UTC. */
export interface FileRecord extends ContentFacts {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly folderId: string | null;
  readonly metadata: Readonly<Record<string, MetadataValue>>;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly trashedAt: string | null;
  readonly versionNumber: number;
}

export type MetadataValue = string | number | boolean;

export interface VersionRecord extends ContentFacts {
  readonly id: string;
  readonly fileId: string;
  readonly number: number;
  readonly objectKey: string;
  readonly createdBy: string;
  readonly createdAt: string;
}

export interface FolderRecord {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly parentId: string | null;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface LinkRecord {
  readonly id: string;
  readonly fileId: string;
  readonly versionId: string;
  readonly versionNumber: number;
  readonly inline: boolean;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
}

/** The fields that differ between two states of one thing. */
export function changedFields<Row extends object>(before: Row | null, after: Row | null): readonly string[] {
  const names = Object.keys(after ?? before ?? {}) as (keyof Row & string)[];
  return names.filter(
    (name) =>
      name !== 'updatedAt' &&
      name !== 'version' &&
      spelt(before?.[name] ?? null) !== spelt(after?.[name] ?? null),
  );
}

/** Metadata with the same entries is the same: the database gives its keys back in an order of its own. */
function spelt(value: unknown): string {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  return JSON.stringify(isMap ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : value);
}
