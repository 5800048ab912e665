import { CodedError } from '@tributary/runtime';

/** Nothing expected is any version. @throws CodedError VERSION_CONFLICT with the version that is there */
export function requireVersion(version: number, expected: number | null | undefined): void {
  if (expected === null || expected === undefined || expected === version) return;
  throw versionConflict(version, expected);
}

export function versionConflict(version: number, expected: number | null | undefined): CodedError {
  return new CodedError('VERSION_CONFLICT', `It is at version ${version} by now.`, {
    details: { expectedVersion: expected, currentVersion: version },
  });
}
