import { type ReactNode, useRef, useState } from 'react';
import { useMutation } from 'urql';
import { Link, useLocation } from 'wouter';
import { Badge } from '../elements/Badge.tsx';
import { Button } from '../elements/Button.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Icon } from '../elements/Icon.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { useToast } from '../elements/Toasts.tsx';
import { type FileDetailsQuery, fileDetailsQuery, trashFileMutation } from '../generated/operations.ts';
import { Refusal } from '../graph/refusal.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { mayUse } from '../session/rights.ts';
import { useKeeper, useViewer } from '../session/viewer.tsx';
import { FileFacts } from './FileFacts.tsx';
import { FilePreview } from './FilePreview.tsx';
import { FileVersions } from './FileVersions.tsx';
import { heldBack } from './file-facts.ts';
import { ImportRows } from './ImportRows.tsx';
import { RenameFile } from './RenameFile.tsx';
import { ShareFile } from './ShareFile.tsx';
import { UploadTray } from './UploadTray.tsx';
import { useFileChanges } from './use-file-changes.ts';
import { useFreshLinks } from './use-fresh-links.ts';
import { useUploads } from './use-uploads.ts';

export type FileDetails = NonNullable<FileDetailsQuery['file']>;

/** One file: what is in it, what is known of it, its versions, and who may have it. */
export function FilePage({ id }: { readonly id: string }): ReactNode {
  const [{ data, error }, reload] = useReloadable({
    query: fileDetailsQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  });
  useFileChanges(reload);
  useFreshLinks(reload);
  const failure = error !== undefined && <FailureNotice error={error} onRetry={reload} />;
  if (data === undefined) {
    if (error === undefined) return <Skeleton label="Loading the file" />;
    if (Refusal.isOfAbsent(error)) return <NoSuchFile />;
    return (
      <>
        <PageHead title="File" />
        {failure}
      </>
    );
  }
  if (data.file === null) return failure || <NoSuchFile />;
  return (
    <>
      {failure}
      <Present file={data.file} onChanged={reload} />
    </>
  );
}

function NoSuchFile(): ReactNode {
  return (
    <>
      <PageHead title="No such file" />
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
          It was removed for good, or belongs to another workspace.
        </EmptyState>
      </div>
    </>
  );
}

function Present({
  file,
  onChanged,
}: {
  readonly file: FileDetails;
  readonly onChanged: () => void;
}): ReactNode {
  const { role } = useViewer();
  const say = useToast();
  const [, go] = useLocation();
  const keeper = useKeeper();
  const { uploads } = useUploads();
  const [mode, setMode] = useState<'rename' | 'share'>();
  const [, trash] = useMutation(trashFileMutation);
  const chooser = useRef<HTMLInputElement>(null);
  const mayWrite = mayUse(role, 'trashFile') && file.trashedAt === null;
  const held = heldBack(file);
  const throwAway = async (): Promise<void> => {
    const { error } = await trash({ id: file.id });
    if (error !== undefined) return say(error.message);
    say(`${file.name} is in the trash.`);
    go(file.folder === null ? '/files' : `/files/folder/${file.folder.id}`);
  };
  return (
    <>
      <p className="way-up">
        <Link href="/files">Files</Link>
        {file.folder !== null && (
          <>
            {' / '}
            <Link href={`/files/folder/${file.folder.id}`}>{file.folder.name}</Link>
          </>
        )}
      </p>
      <PageHead title={file.name}>
        {file.trashedAt !== null && <Badge tone="danger">in the trash</Badge>}
        {held !== undefined && <Badge tone="warning">{held}</Badge>}
        {file.downloadUrl !== null && (
          <a className="button" data-look="primary" href={file.downloadUrl} download>
            <Icon name="download" /> Download
          </a>
        )}
        <ImportRows file={file} />
        {mayWrite && (
          <>
            <Button icon="link" onClick={() => setMode('share')}>
              Share
            </Button>
            <Button icon="upload" onClick={() => chooser.current?.click()}>
              New version
            </Button>
            <Button icon="pencil" onClick={() => setMode('rename')}>
              Rename
            </Button>
            <Button icon="trash" aria-label={`Put ${file.name} into the trash`} onClick={() => throwAway()} />
            <input
              ref={chooser}
              type="file"
              hidden
              aria-label="The new version"
              onChange={(event) => {
                const [next] = event.target.files ?? [];
                if (next !== undefined) uploads.add(next, { fileId: file.id }, keeper);
                event.target.value = '';
              }}
            />
          </>
        )}
      </PageHead>
      <div className="stack">
        <UploadTray unfinishedOnly />
        <div className="record file">
          <FilePreview file={file} />
          <div className="stack">
            <FileFacts file={file} />
            <FileVersions file={file} mayWrite={mayWrite} onChanged={onChanged} />
          </div>
        </div>
      </div>
      {mode === 'rename' && (
        <RenameFile file={file} onRenamed={onChanged} onClose={() => setMode(undefined)} />
      )}
      {mode === 'share' && <ShareFile file={file} onClose={() => setMode(undefined)} />}
    </>
  );
}
