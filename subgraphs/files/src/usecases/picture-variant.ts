import type { Readable } from 'node:stream';
import { CodedError } from '@tributary/runtime';
import { variantKey } from '../adapters/object-keys.ts';
import { variantType } from '../adapters/pictures.ts';
import { addUsage, lockUsage, reservedBytes } from '../adapters/usage-table.ts';
import { insertVariant, type VariantRow, variantSpecs } from '../adapters/variants-table.ts';
import type { FilesCore } from '../core.ts';
import { isPicture } from '../domain/content-kinds.ts';
import type { VersionRecord } from '../domain/file.ts';
import { specText, type VariantSpec } from '../domain/variant-spec.ts';

/** So many variants of one version are kept; further ones are made each time. */
const mostKept = 32;
const largestSourceBytes = 64 * 1024 * 1024;

export interface VariantOf {
  readonly workspaceId: string;
  readonly version: VersionRecord;
  readonly spec: VariantSpec;
  readonly signal?: AbortSignal | undefined;
}

/** A variant that is an object. */
export interface KeptVariant {
  readonly objectKey: string;
  readonly sizeBytes: number;
}

/** A variant that is nowhere but here. */
export interface UnkeptVariant {
  readonly sizeBytes: number;
  readonly bytes: Buffer;
}

/** Undefined for one that was not made yet, or is made each time. */
export async function keptVariant(
  { relational, objects }: FilesCore,
  { workspaceId, version, spec }: VariantOf,
): Promise<KeptVariant | undefined> {
  const name = specText(spec);
  if (!(await variantSpecs(relational, workspaceId, version.id)).includes(name)) return undefined;
  const objectKey = variantKey(workspaceId, version.id, name);
  const head = await objects.head(objectKey);
  return head === undefined ? undefined : { objectKey, sizeBytes: head.sizeBytes };
}

/**
 * Makes the variant of a version's picture and keeps it as an object, whose bytes are the workspace's as any other's; answers the bytes where there is no room for it.
 * @throws CodedError PICTURE_REFUSED, OVERLOADED
 */
export async function madeVariant(core: FilesCore, asked: VariantOf): Promise<KeptVariant | UnkeptVariant> {
  const { workspaceId, version, spec, signal } = asked;
  const { objects, pictures } = core;
  if (!isPicture(version.contentType) || version.sizeBytes > largestSourceBytes)
    throw new CodedError('PICTURE_REFUSED', 'This is no picture, or one too large to be turned into others.');
  const source = async (): Promise<Readable> => (await objects.get({ key: version.objectKey })).body;
  const bytes = await pictures.variant({ source, spec, workspaceId, signal });
  const name = specText(spec);
  const key = variantKey(workspaceId, version.id, name);
  const row = { versionId: version.id, spec: name, objectKey: key, sizeBytes: bytes.byteLength };
  // The row before the object: what is kept can always be found again and removed.
  if (!(await hasRoom(core, workspaceId, row))) return { sizeBytes: bytes.byteLength, bytes };
  await objects.put({ key, body: bytes, contentType: variantType(spec.format) });
  return { objectKey: key, sizeBytes: bytes.byteLength };
}

/** Takes the room a variant needs, of the version's share and of the workspace's quota; where there is none it is served and not kept. */
async function hasRoom(
  { relational, settings }: FilesCore,
  workspaceId: string,
  row: VariantRow,
): Promise<boolean> {
  return relational.transaction(async (tx) => {
    const usage = await lockUsage(tx, workspaceId);
    const specs = await variantSpecs(tx, workspaceId, row.versionId);
    // Its row is there, and its object was lost on the way: it is put again.
    if (specs.includes(row.spec)) return true;
    const taken = usage.usedBytes + (await reservedBytes(tx, workspaceId, null));
    if (specs.length >= mostKept || taken + row.sizeBytes > (usage.quotaBytes ?? settings.quotaBytes))
      return false;
    if (!(await insertVariant(tx, workspaceId, row))) return false;
    await addUsage(tx, workspaceId, row.sizeBytes);
    return true;
  });
}
