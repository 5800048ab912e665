import { type ReactNode, useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { Link } from 'wouter';
import { Button } from '../elements/Button.tsx';
import { ConfirmDialog } from '../elements/ConfirmDialog.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Moment } from '../elements/Moment.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { PageTurner } from '../elements/PageTurner.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { useToast } from '../elements/Toasts.tsx';
import { usePages } from '../elements/use-pages.ts';
import {
  deleteFileMutation,
  restoreFileMutation,
  type TrashedFilesQuery,
  trashedFilesQuery,
  workspaceUsageQuery,
} from '../generated/operations.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { mayUse } from '../session/rights.ts';
import { useViewer } from '../session/viewer.tsx';
import { readableSize, readableType } from './file-facts.ts';
import { useFileChanges } from './use-file-changes.ts';

type Trashed = TrashedFilesQuery['files']['nodes'][number];

export function TrashPage(): ReactNode {
  const { role } = useViewer();
  const say = useToast();
  const pages = usePages();
  const [{ data, error }, reload] = useReloadable({
    query: trashedFilesQuery,
    variables: { after: pages.after ?? null },
    requestPolicy: 'cache-and-network',
  });
  const [{ data: usage }] = useQuery({ query: workspaceUsageQuery });
  const [, restore] = useMutation(restoreFileMutation);
  const [going, setGoing] = useState<Trashed>();
  useFileChanges(reload);
  const bringBack = async ({ id, name }: Trashed): Promise<void> => {
    const outcome = await restore({ id });
    say(outcome.error === undefined ? `${name} is back.` : outcome.error.message);
    reload();
  };
  const days = usage?.workspaceUsage.trashDays;
  return (
    <>
      <p className="way-up">
        <Link href="/files">Files</Link>
      </p>
      <PageHead
        title="Trash"
        lead={`Served to nobody, and removed for good ${days === undefined ? 'in time' : `after ${days} days`}.`}
      />
      {error !== undefined && <FailureNotice error={error} onRetry={reload} />}
      {data === undefined && error === undefined && <Skeleton label="Loading the trash" rows={4} />}
      {data !== undefined && (
        <div className="panel">
          {data.files.nodes.length === 0 ? (
            <EmptyState icon="trash" title="The trash is empty" />
          ) : (
            <div className="scroll-x">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">Name</th>
                    <th scope="col">Kind</th>
                    <th scope="col" className="end">
                      Size
                    </th>
                    <th scope="col">Thrown away</th>
                    <th scope="col" className="end">
                      <span className="only-heard">Actions</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {data.files.nodes.map((file) => (
                    <tr key={file.id}>
                      <td>{file.name}</td>
                      <td className="soft">{readableType(file.contentType)}</td>
                      <td className="end numeric">{readableSize(file.sizeBytes)}</td>
                      <td className="soft">
                        {file.trashedAt !== null && <Moment at={file.trashedAt} show="ago" />}
                      </td>
                      <td className="end">
                        {mayUse(role, 'restoreFile') && (
                          <>
                            <Button
                              look="quiet"
                              onClick={() => bringBack(file)}
                              aria-label={`Restore ${file.name}`}
                            >
                              Restore
                            </Button>
                            <Button
                              look="quiet"
                              icon="trash"
                              aria-label={`Remove ${file.name} for good`}
                              onClick={() => setGoing(file)}
                            />
                          </>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          <PageTurner pages={pages} pageInfo={data.files.pageInfo}>
            {data.files.totalCount} files
          </PageTurner>
        </div>
      )}
      {going !== undefined && (
        <RemoveForGood file={going} onRemoved={reload} onClose={() => setGoing(undefined)} />
      )}
    </>
  );
}

function RemoveForGood({
  file,
  onRemoved,
  onClose,
}: {
  readonly file: Trashed;
  readonly onRemoved: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const [, remove] = useMutation(deleteFileMutation);
  return (
    <ConfirmDialog
      title={`Remove ${file.name} for good?`}
      action="Remove it for good"
      onClose={onClose}
      onConfirm={async () => {
        const { error } = await remove({ id: file.id });
        if (error !== undefined) throw error;
        onRemoved();
      }}
    >
      <p>All its versions go with it, and nobody can bring them back.</p>
    </ConfirmDialog>
  );
}
