import { base64Scalar, dateTimeScalar, jsonScalar } from '@tributary/subgraph-kit';
import type { Resolvers } from '../generated/schema.ts';
import { DownloadLink } from './DownloadLink.ts';
import { File, FileVersion } from './File.ts';
import { Folder } from './Folder.ts';
import { cancelUpload } from './Mutation/cancelUpload.ts';
import { completeUpload } from './Mutation/completeUpload.ts';
import { createDownloadLink } from './Mutation/createDownloadLink.ts';
import { createFolder } from './Mutation/createFolder.ts';
import { createUpload } from './Mutation/createUpload.ts';
import { deleteFile } from './Mutation/deleteFile.ts';
import { deleteFolder } from './Mutation/deleteFolder.ts';
import { moveFile } from './Mutation/moveFile.ts';
import { moveFolder } from './Mutation/moveFolder.ts';
import { renameFile } from './Mutation/renameFile.ts';
import { renameFolder } from './Mutation/renameFolder.ts';
import { restoreFile } from './Mutation/restoreFile.ts';
import { restoreVersion } from './Mutation/restoreVersion.ts';
import { revokeDownloadLink } from './Mutation/revokeDownloadLink.ts';
import { revokeDownloadUrl } from './Mutation/revokeDownloadUrl.ts';
import { setFileMetadata } from './Mutation/setFileMetadata.ts';
import { setWorkspaceQuota } from './Mutation/setWorkspaceQuota.ts';
import { trashFile } from './Mutation/trashFile.ts';
import { updateFile } from './Mutation/updateFile.ts';
import { updateFolder } from './Mutation/updateFolder.ts';
import { downloadLinks } from './Query/downloadLinks.ts';
import { file } from './Query/file.ts';
import { files } from './Query/files.ts';
import { folder } from './Query/folder.ts';
import { folders } from './Query/folders.ts';
import { workspaceUsage } from './Query/workspaceUsage.ts';
import { Run } from './Run.ts';
import { fileChanged } from './Subscription/fileChanged.ts';
import { WorkspaceUsage } from './WorkspaceUsage.ts';

/** The map from the schema to its resolvers, complete by type. */
const fields = {
  Query: {
    downloadLinks,
    file,
    files,
    folder,
    folders,
    workspaceUsage,
  },
  Mutation: {
    cancelUpload,
    completeUpload,
    createDownloadLink,
    createFolder,
    createUpload,
    deleteFile,
    deleteFolder,
    moveFile,
    moveFolder,
    renameFile,
    renameFolder,
    restoreFile,
    restoreVersion,
    revokeDownloadLink,
    revokeDownloadUrl,
    setFileMetadata,
    setWorkspaceQuota,
    trashFile,
    updateFile,
    updateFolder,
  },
  File,
  FileVersion,
  Folder,
  Run,
  DownloadLink,
  WorkspaceUsage,
} satisfies Resolvers;

/** The subscription is executed once an event by the gateway, so it has a plain resolver, which codegen has no type for. */
export const resolvers = {
  ...fields,
  Subscription: { fileChanged },
  DateTime: dateTimeScalar,
  JSON: jsonScalar,
  Base64: base64Scalar,
};
