/** Keys are made of ids alone: no name a person gives ever becomes part of one. */
export const objectsPrefix = 'files/';

export function contentKey(workspaceId: string, versionId: string): string {
  return `${objectsPrefix}${workspaceId}/content/${versionId}`;
}

/** A new one for each tail: the row names the old until the new one is safe. */
export function tailKey(workspaceId: string, uploadId: string, offsetBytes: number): string {
  return `${objectsPrefix}${workspaceId}/tail/${uploadId}-${offsetBytes}`;
}

export function variantKey(workspaceId: string, versionId: string, spec: string): string {
  return `${objectsPrefix}${workspaceId}/variant/${versionId}/${spec}`;
}

/** The id of the version that will own the object. */
export function versionIdOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/** Whose object it is. */
export function workspaceOf(key: string): string {
  const [, workspaceId = ''] = key.split('/');
  return workspaceId;
}
