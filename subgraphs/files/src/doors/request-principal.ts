import { CodedError } from '@tributary/runtime';
import {
  type Allowance,
  type AssertionVerifier,
  type OnRefusal,
  type Principal,
  refusalOf,
  type StreamDoorRequest,
} from '@tributary/subgraph-kit';
import type { FilesCore } from '../core.ts';

export interface DoorParts {
  readonly core: FilesCore;
  readonly verifier: AssertionVerifier;
  readonly onRefusal: OnRefusal;
}

/** Uploads are writes, whichever way they come in: the same rule as `createUpload`. */
export const mayUpload: Allowance = { to: ['EDITOR'], scope: 'files:write' };

/** @throws CodedError UNAUTHENTICATED, FORBIDDEN; refusals are told to the audit log */
export async function requireUploader(
  { onRefusal }: DoorParts,
  principal: Principal,
  coordinate: string,
): Promise<void> {
  const refusal = refusalOf(principal, mayUpload);
  if (refusal === undefined) return;
  onRefusal(principal, coordinate, refusal);
  throw refusal;
}

/** @throws CodedError METHOD_NOT_ALLOWED */
export function requireMethod({ method }: StreamDoorRequest, allowed: readonly string[]): void {
  if (allowed.includes(method)) return;
  throw new CodedError('METHOD_NOT_ALLOWED', `This path answers ${allowed.join(', ')}.`, {
    details: { allow: allowed },
  });
}
