import { type ReactNode, useState } from 'react';
import { useMutation } from 'urql';
import { Link } from 'wouter';
import { Badge } from '../elements/Badge.tsx';
import { Button } from '../elements/Button.tsx';
import { ConfirmDialog } from '../elements/ConfirmDialog.tsx';
import { Icon } from '../elements/Icon.tsx';
import { Moment } from '../elements/Moment.tsx';
import { useToast } from '../elements/Toasts.tsx';
import { deleteFolderMutation, trashFileMutation } from '../generated/operations.ts';
import { mayUse } from '../session/rights.ts';
import { useViewer } from '../session/viewer.tsx';
import { heldBack, type ListedFile, type ListedFolder, readableSize, readableType } from './file-facts.ts';

/** Folders first, then files, with what one does to them most. */
export function FileTable({
  folders,
  files,
  onChanged,
}: {
  readonly folders: readonly ListedFolder[];
  readonly files: readonly ListedFile[];
  readonly onChanged: () => void;
}): ReactNode {
  const say = useToast();
  const { role } = useViewer();
  const mayWrite = mayUse(role, 'trashFile');
  const [going, setGoing] = useState<ListedFolder>();
  const [, trash] = useMutation(trashFileMutation);
  const throwAway = async ({ id, name }: ListedFile): Promise<void> => {
    const { error } = await trash({ id });
    say(error === undefined ? `${name} is in the trash.` : error.message);
    onChanged();
  };
  return (
    <div className="scroll-x">
      <table className="table files">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Kind</th>
            <th scope="col" className="end">
              Size
            </th>
            <th scope="col">Changed</th>
            <th scope="col" className="end">
              <span className="only-heard">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {folders.map((folder) => (
            <tr key={folder.id}>
              <td>
                <Link href={`/files/folder/${folder.id}`} className="file-name">
                  <span className="thumb" data-folder>
                    <Icon name="folder" />
                  </span>
                  {folder.name}
                </Link>
              </td>
              <td className="soft">Folder</td>
              <td />
              <td className="soft">
                <Moment at={folder.updatedAt} show="ago" />
              </td>
              <td className="end">
                {mayWrite && (
                  <Button
                    look="quiet"
                    icon="trash"
                    aria-label={`Remove the folder ${folder.name}`}
                    onClick={() => setGoing(folder)}
                  />
                )}
              </td>
            </tr>
          ))}
          {files.map((file) => (
            <tr key={file.id}>
              <td>
                <Link href={`/files/${file.id}`} className="file-name">
                  <Thumb file={file} />
                  <span>{file.name}</span>
                  {heldBack(file) !== undefined && <Badge tone="warning">{heldBack(file)}</Badge>}
                </Link>
              </td>
              <td className="soft">{readableType(file.contentType)}</td>
              <td className="end numeric">{readableSize(file.sizeBytes)}</td>
              <td className="soft">
                <Moment at={file.updatedAt} show="ago" />
              </td>
              <td className="end">
                {mayWrite && (
                  <Button
                    look="quiet"
                    icon="trash"
                    aria-label={`Put ${file.name} into the trash`}
                    onClick={() => throwAway(file)}
                  />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {going !== undefined && (
        <RemoveFolder folder={going} onRemoved={onChanged} onClose={() => setGoing(undefined)} />
      )}
    </div>
  );
}

function Thumb({ file }: { readonly file: ListedFile }): ReactNode {
  const url = file.thumb?.url;
  return (
    <span className="thumb">
      {url === undefined ? (
        <Icon name="file" />
      ) : (
        <img src={url} alt="" width={28} height={28} loading="lazy" />
      )}
    </span>
  );
}

function RemoveFolder({
  folder,
  onRemoved,
  onClose,
}: {
  readonly folder: ListedFolder;
  readonly onRemoved: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const [, remove] = useMutation(deleteFolderMutation);
  return (
    <ConfirmDialog
      title={`Remove ${folder.name}?`}
      action="Remove the folder"
      onClose={onClose}
      onConfirm={async () => {
        const { data, error } = await remove({ id: folder.id });
        if (error !== undefined) throw error;
        if (data?.deleteFolder.__typename === 'FolderNotEmpty') throw new Error(data.deleteFolder.message);
        onRemoved();
      }}
    >
      <p>Only an empty folder is removed: nothing goes with it that one did not look at.</p>
    </ConfirmDialog>
  );
}
