import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import { Link } from 'wouter';
import { Button } from '../elements/Button.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Icon } from '../elements/Icon.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { PageTurner } from '../elements/PageTurner.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { useListParams, usePages } from '../elements/use-pages.ts';
import { folderContentsQuery, folderPathQuery } from '../generated/operations.ts';
import { Refusal } from '../graph/refusal.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { mayUse } from '../session/rights.ts';
import { useKeeper, useViewer } from '../session/viewer.tsx';
import { FileTable } from './FileTable.tsx';
import { NewFolder } from './NewFolder.tsx';
import { UploadTray } from './UploadTray.tsx';
import { UsageBar } from './UsageBar.tsx';
import { useFileChanges } from './use-file-changes.ts';
import { useFoldersAbove } from './use-folders-above.ts';
import { useFreshLinks } from './use-fresh-links.ts';
import { useUploads } from './use-uploads.ts';

/** What lies in a folder, or at the top. Files dropped anywhere on the page are uploaded here. */
export function FolderPage({ folderId }: { readonly folderId?: string }): ReactNode {
  const { role } = useViewer();
  const keeper = useKeeper();
  const { uploads } = useUploads();
  const [params, setParams] = useListParams();
  const search = params.get('name') ?? '';
  const pages = usePages();
  const folderPages = usePages('folders');
  const where =
    search === ''
      ? { folderId: folderId === undefined ? { isNull: true } : { eq: folderId } }
      : { name: { contains: search, ignoreCase: true } };
  const [{ data, error }, reload] = useReloadable({
    query: folderContentsQuery,
    variables: {
      folderId: folderId ?? null,
      where,
      orderBy: [{ name: 'ASC' }],
      after: pages.after ?? null,
      foldersAfter: folderPages.after ?? null,
    },
    requestPolicy: 'cache-and-network',
  });
  useFileChanges(reload);
  useFreshLinks(reload);
  const [isOver, setIsOver] = useState(false);
  const [isMaking, setIsMaking] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const mayWrite = mayUse(role, 'createFolder');
  const take = (files: Iterable<File>): void => {
    for (const file of files) uploads.add(file, { folderId }, keeper);
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setIsOver(false);
    if (mayWrite) take(event.dataTransfer.files);
  };
  const folders = search === '' ? (data?.folders.nodes ?? []) : [];
  const isEmpty = data !== undefined && folders.length + data.files.nodes.length === 0;
  if (folderId !== undefined && data === undefined && error !== undefined && Refusal.isOfAbsent(error))
    return <NoSuchFolder />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button says the same to everybody.
    <div
      className="drop"
      data-over={(mayWrite && isOver) || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setIsOver(false);
      }}
      onDrop={onDrop}
    >
      <FolderHead {...(folderId === undefined ? {} : { folderId })}>
        <Link href="/files/trash" className="button">
          <Icon name="trash" /> Trash
        </Link>
        {mayWrite && (
          <>
            <Button icon="plus" onClick={() => setIsMaking(true)}>
              New folder
            </Button>
            <Button look="primary" icon="upload" onClick={() => chooser.current?.click()}>
              Upload files
            </Button>
            <input
              ref={chooser}
              type="file"
              multiple
              hidden
              aria-label="Files to upload"
              onChange={(event) => {
                take([...(event.target.files ?? [])]);
                event.target.value = '';
              }}
            />
          </>
        )}
      </FolderHead>
      <div className="files-bar">
        <input
          className="input"
          type="search"
          aria-label="Find files by name, in all folders"
          placeholder="Find files by name, in all folders"
          defaultValue={search}
          onChange={(event) =>
            setParams(
              (present) => {
                if (event.target.value === '') present.delete('name');
                else present.set('name', event.target.value);
                return present;
              },
              { replace: true },
            )
          }
        />
        <UsageBar />
      </div>
      <div className="stack">
        <UploadTray />
        {error !== undefined && <FailureNotice error={error} onRetry={reload} />}
        {data === undefined && error === undefined && <Skeleton label="Loading the files" rows={6} />}
        {data !== undefined && (
          <div className="panel">
            {isEmpty ? (
              <EmptyState
                icon="file"
                title={search === '' ? 'Nothing is here yet' : 'No file has such a name'}
              >
                {mayWrite
                  ? 'Drop files anywhere on this page. An upload that is cut off goes on where it was.'
                  : 'Files appear here the moment somebody uploads them.'}
              </EmptyState>
            ) : (
              <FileTable folders={folders} files={data.files.nodes} onChanged={reload} />
            )}
            {search === '' && (
              <PageTurner pages={folderPages} pageInfo={data.folders.pageInfo} what="folders" />
            )}
            <PageTurner pages={pages} pageInfo={data.files.pageInfo}>
              {data.files.totalCount} files
            </PageTurner>
          </div>
        )}
      </div>
      {isMaking && <NewFolder parentId={folderId} onMade={reload} onClose={() => setIsMaking(false)} />}
    </div>
  );
}

function NoSuchFolder(): ReactNode {
  return (
    <>
      <PageHead title="No such folder" />
      <div className="panel">
        <EmptyState
          icon="search"
          title="Nothing has this id"
          action={
            <Link href="/files" className="button">
              All files
            </Link>
          }
        >
          It was deleted, or belongs to another workspace.
        </EmptyState>
      </div>
    </>
  );
}

function FolderHead({
  folderId,
  children,
}: {
  readonly folderId?: string;
  readonly children: ReactNode;
}): ReactNode {
  const [{ data }] = useReloadable({
    query: folderPathQuery,
    variables: { id: folderId ?? '' },
    pause: folderId === undefined,
    requestPolicy: 'cache-and-network',
  });
  const folder = folderId === undefined ? undefined : data?.folder;
  const above = useFoldersAbove(folder?.parent);
  return (
    <>
      {folderId !== undefined && (
        <nav className="way-up" aria-label="Folders above">
          <Link href="/files">Files</Link>
          {above.map(({ id, name }) => (
            <span key={id}>
              {' / '}
              <Link href={`/files/folder/${id}`}>{name}</Link>
            </span>
          ))}
        </nav>
      )}
      <PageHead title={folderId === undefined ? 'Files' : (folder?.name ?? 'Folder')}>{children}</PageHead>
    </>
  );
}
