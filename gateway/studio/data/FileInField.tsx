import type { ReactNode } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { Icon } from '../elements/Icon.tsx';
import { fileInFieldQuery } from '../generated/operations.ts';

/** The file a field holds: small in a list, and a picture as one on its page. */
export function FileInField({ id, inGrid }: { readonly id: string; readonly inGrid: boolean }): ReactNode {
  const [{ data }] = useQuery({ query: fileInFieldQuery, variables: { id } });
  const file = data?.file;
  // Gone, or not for whoever looks: the id is all there is to show.
  if (file === undefined || file === null) return <code title={id}>…{id.slice(-8)}</code>;
  const picture = inGrid ? file.thumb : file.picture;
  return (
    <Link
      href={`/files/${file.id}`}
      className={inGrid ? 'file-in-cell' : 'file-in-field'}
      tabIndex={inGrid ? -1 : undefined}
      title={file.name}
    >
      {picture === null ? <Icon name="file" /> : <img src={picture.url} alt="" />}
      <span>{file.name}</span>
    </Link>
  );
}
