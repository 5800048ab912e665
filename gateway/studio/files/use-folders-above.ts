import { useEffect, useState } from 'react';
import { type Client, useClient } from 'urql';
import { folderPathQuery } from '../generated/operations.ts';

export interface FolderAbove {
  readonly id: string;
  readonly name: string;
  readonly parent?: FolderAbove | null;
  /** Of the last that an answer tells: there are more above it where it is not null. */
  readonly parentId?: string | null;
}

/** The folders above one, the topmost first. An answer tells three of them; those above are asked for until there are none. */
export function useFoldersAbove(nearest: FolderAbove | null | undefined): readonly FolderAbove[] {
  const client = useClient();
  const near = listed(nearest);
  const next = near[0]?.parentId ?? null;
  const [rest, setRest] = useState<{ readonly from: string; readonly folders: readonly FolderAbove[] }>();
  useEffect(() => {
    if (next === null) return;
    let isLeft = false;
    void foldersFrom(client, next).then((folders) => {
      if (!isLeft) setRest({ from: next, folders });
    });
    return () => {
      isLeft = true;
    };
  }, [client, next]);
  return [...(rest !== undefined && rest.from === next ? rest.folders : []), ...near];
}

/** The folder, and all above it. What cannot be read is left out: the way to the top is there all the same. */
async function foldersFrom(client: Client, id: string): Promise<readonly FolderAbove[]> {
  const { data } = await client.query(folderPathQuery, { id }).toPromise();
  const folder: FolderAbove | null | undefined = data?.folder;
  const folders = listed(folder);
  const next = folders[0]?.parentId;
  return typeof next === 'string' ? [...(await foldersFrom(client, next)), ...folders] : folders;
}

function listed(nearest: FolderAbove | null | undefined): readonly FolderAbove[] {
  const folders: FolderAbove[] = [];
  for (let next = nearest; next; next = next.parent) folders.unshift(next);
  return folders;
}
