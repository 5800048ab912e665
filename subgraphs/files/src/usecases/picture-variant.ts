import type { Readable } from 'node:stream';
import { CodedError } from '@tributary/runtime';
import { variantKey } from '../adapters/object-keys.ts';
import { variantType } from '../adapters/pictures.ts';
import type { FilesCore } from '../core.ts';
import { isPicture } from '../domain/content-kinds.ts';
import type { VersionRecord } from '../domain/file.ts';
import { specText, type VariantSpec } from '../domain/variant-spec.ts';

/** So many variants of one version are kept; further ones are made each time. */
const mostKept = 32;
const largestSourceBytes = 64 * 1024 * 1024;

export interface Variant {
  readonly contentType: string;
  readonly bytes: Buffer;
}

/**
 * The variant of a version's picture, made once and kept as an object.
 * @throws CodedError PICTURE_REFUSED, OVERLOADED
 */
export async function pictureVariant(
  core: FilesCore,
  { workspaceId, version }: { readonly workspaceId: string; readonly version: VersionRecord },
  spec: VariantSpec,
): Promise<Variant> {
  const { objects, relational, pictures } = core;
  const contentType = variantType(spec.format);
  const name = specText(spec);
  const key = variantKey(workspaceId, version.id, name);
  const { rows } = await relational.query<{ spec: string }>(
    'SELECT spec FROM files.variant WHERE workspace_id = $1 AND version_id = $2',
    [workspaceId, version.id],
  );
  if (rows.some((row) => row.spec === name) && (await objects.head(key)) !== undefined) {
    const { body } = await objects.get({ key });
    const chunks: Buffer[] = [];
    for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
    return { contentType, bytes: Buffer.concat(chunks) };
  }
  if (!isPicture(version.contentType) || version.sizeBytes > largestSourceBytes)
    throw new CodedError('PICTURE_REFUSED', 'This is no picture, or one too large to be turned into others.');
  const source = async (): Promise<Readable> => (await objects.get({ key: version.objectKey })).body;
  const bytes = await pictures.variant({ source, spec, workspaceId });
  if (rows.length < mostKept) {
    // The row before the object: what is kept can always be found again and removed.
    await relational.query(
      `INSERT INTO files.variant (workspace_id, version_id, spec, object_key)
       SELECT workspace_id, id, $3, $4 FROM files.version WHERE workspace_id = $1 AND id = $2 ON CONFLICT DO NOTHING`,
      [workspaceId, version.id, name, key],
    );
    await objects.put({ key, body: bytes, contentType });
  }
  return { contentType, bytes };
}
