import {
  byReference,
  connectionOf,
  listCursor,
  listPlace,
  pageSize,
  type ResolvedByReference,
} from '@tributary/subgraph-kit';
import { variantType } from '../adapters/pictures.ts';
import { versionsPage } from '../adapters/versions-table.ts';
import type { Context } from '../context.ts';
import { isPicture } from '../domain/content-kinds.ts';
import type { FileRecord, VersionRecord } from '../domain/file.ts';
import { checkedSpec, specText } from '../domain/variant-spec.ts';
import type { FileResolvers, FileVersionResolvers } from '../generated/schema.ts';
import { isServed, lifetimeSeconds, shortLinkPath } from '../usecases/download-links.ts';

const variantSeconds = 300;

const isNumberPlace = (values: readonly unknown[]): values is readonly [number: number] =>
  values.length === 1 && Number.isInteger(values[0]) && Math.abs(Number(values[0])) < 2 ** 31;

export const File: FileResolvers & ResolvedByReference<FileRecord, Context> = {
  __resolveReference: (reference, { loaders }) => byReference(loaders.files, reference),
  folder: ({ folderId }, _args, { loaders }) => (folderId === null ? null : loaders.folders.load(folderId)),
  versions: async ({ id }, { first, after }, { core, principal }) => {
    const size = pageSize(first);
    const list = `FileVersion ${id}`;
    const place = listPlace(list, after, isNumberPlace);
    const rows = await versionsPage(core.relational, principal.workspaceId, {
      fileId: id,
      beforeNumber: place?.[0] ?? null,
      size,
    });
    return connectionOf(rows, size, {
      cursorOf: ({ number }) => listCursor(list, number),
      hasPrevious: place !== undefined,
    });
  },
  downloadUrl: async (file, args, context) => {
    const version = await served(file, context);
    return version === null ? null : linkTo(version, args, context);
  },
  variant: async (file, { input }, context) => {
    const spec = checkedSpec(input);
    if (!isPicture(file.contentType)) return null;
    const version = await served(file, context);
    if (version === null) return null;
    const { core, principal } = context;
    const url = shortLinkPath(core, {
      workspaceId: principal.workspaceId,
      versionId: version.id,
      seconds: variantSeconds,
      inline: true,
      variant: specText(spec),
    });
    return { contentType: variantType(spec.format), url };
  },
  preview: async (file, { rows }, context) => {
    const version = await served(file, context);
    return version === null ? null : context.previews.show({ version, name: file.name }, rows);
  },
};

export const FileVersion: FileVersionResolvers = {
  downloadUrl: async (version, args, context) => {
    const file = await context.loaders.files.load(version.fileId);
    if (file === null || file.trashedAt !== null || !isServed(context.core, version)) return null;
    return linkTo(version, args, context);
  },
};

/** The current version, unless the file is in the trash, waits for its scan, or something was found in it. */
async function served(file: FileRecord, { core, loaders }: Context): Promise<VersionRecord | null> {
  const version = file.trashedAt === null ? await loaders.currentVersions.load(file.id) : null;
  return version !== null && isServed(core, version) ? version : null;
}

function linkTo(
  version: VersionRecord,
  {
    expiresInSeconds,
    inline,
  }: { readonly expiresInSeconds?: number | null | undefined; readonly inline: boolean },
  { core, principal }: Context,
): string {
  const seconds = lifetimeSeconds(expiresInSeconds, { least: 30, most: 900, usual: 300 });
  return shortLinkPath(core, { workspaceId: principal.workspaceId, versionId: version.id, seconds, inline });
}
