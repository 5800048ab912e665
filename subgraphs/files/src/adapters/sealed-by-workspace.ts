import type {
  BeginUpload,
  CompleteUpload,
  GetRequest,
  ListRequest,
  ObjectStore,
  ObjectUpload,
  PresignRequest,
  PutPartRequest,
  PutRequest,
} from '@tributary/engines/object-store';
import type { PresignedTokens } from '@tributary/engines/object-store/presigned-tokens';
import { sealedObjects } from '@tributary/engines/object-store/sealed';
import { type DataKeyDeps, workspaceDataKeys } from './data-keys.ts';
import { workspaceOf } from './object-keys.ts';

export interface SealedByWorkspaceDeps extends DataKeyDeps {
  readonly tokens: PresignedTokens;
}

/** So many workspaces' opened keys are held at a time. */
const mostWorkspaces = 1_000;

/** A store in which each workspace's objects are sealed under its own keys: which they are is in every key. */
export function sealedByWorkspace(store: ObjectStore, deps: SealedByWorkspaceDeps): ObjectStore {
  const stores = new Map<string, ObjectStore>();
  const of = (key: string): ObjectStore => {
    const workspaceId = workspaceOf(key);
    const known = stores.get(workspaceId);
    if (known !== undefined) return known;
    const sealed = sealedObjects(store, { keys: workspaceDataKeys(deps, workspaceId), tokens: deps.tokens });
    const [oldest] = stores.keys();
    if (stores.size >= mostWorkspaces && oldest !== undefined) stores.delete(oldest);
    stores.set(workspaceId, sealed);
    return sealed;
  };
  return {
    put: (request: PutRequest) => of(request.key).put(request),
    get: (request: GetRequest) => of(request.key).get(request),
    head: (key: string, versionId?: string) => of(key).head(key, versionId),
    delete: (key: string, versionId?: string) => store.delete(key, versionId),
    list: (request: ListRequest) => store.list(request),
    versions: (key: string) => of(key).versions(key),
    beginUpload: (request: BeginUpload) => of(request.key).beginUpload(request),
    putPart: (request: PutPartRequest) => of(request.upload.key).putPart(request),
    parts: (upload: ObjectUpload) => of(upload.key).parts(upload),
    completeUpload: (request: CompleteUpload) => of(request.upload.key).completeUpload(request),
    abortUpload: (upload) => of(upload.key).abortUpload(upload),
    unfinishedUploads: (startedBeforeMs: number, limit: number) =>
      store.unfinishedUploads(startedBeforeMs, limit),
    presign: (request: PresignRequest) => of(request.key).presign(request),
    ping: () => store.ping(),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
