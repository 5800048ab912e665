import { type ReactNode, useRef } from 'react';
import { Link } from 'wouter';
import { Icon } from '../elements/Icon.tsx';
import { fileInFieldQuery } from '../generated/operations.ts';
import { useReloadable } from '../graph/use-reloadable.ts';

/** The file a field holds: small in a list, and a picture as one on its page. */
export function FileInField({ id, inGrid }: { readonly id: string; readonly inGrid: boolean }): ReactNode {
  const [{ data }, reload] = useReloadable({
    query: fileInFieldQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  });
  const tried = useRef('');
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
      {picture === null ? (
        <Icon name="file" />
      ) : (
        <img
          src={picture.url}
          alt=""
          // Its link has run out, or never was one: another is asked for once.
          onError={({ currentTarget: { src } }) => {
            if (tried.current === '') reload();
            tried.current = src;
          }}
          onLoad={() => {
            tried.current = '';
          }}
        />
      )}
      <span>{file.name}</span>
    </Link>
  );
}
