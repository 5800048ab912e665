import type { ReactNode } from 'react';
import { EmptyState } from '../elements/EmptyState.tsx';
import type { FileDetails } from './FilePage.tsx';
import { Played } from './Played.tsx';

/** The beginning of what is in a file, as far as a browser can show it safely. */
export function FilePreview({ file }: { readonly file: FileDetails }): ReactNode {
  return (
    <section className="panel file-preview" aria-label="Preview">
      <Inside file={file} />
    </section>
  );
}

function Inside({ file }: { readonly file: FileDetails }): ReactNode {
  const { picture, preview, played, contentType, name } = file;
  if (picture !== null) return <img src={picture.url} alt={name} />;
  if (preview?.__typename === 'TablePreview') return <TableInside table={preview} />;
  if (preview?.__typename === 'TextPreview')
    return (
      <>
        <pre>{preview.text}</pre>
        {preview.truncated && (
          <p className="table-note faint">This is the beginning; download it for the rest.</p>
        )}
        <ReadAs encoding={preview.encoding} />
      </>
    );
  if (played !== null && contentType.startsWith('audio/')) return <Played kind="audio" url={played} />;
  if (played !== null && contentType.startsWith('video/')) return <Played kind="video" url={played} />;
  return (
    <EmptyState icon="file" title="No preview">
      {whyNone(file)}
    </EmptyState>
  );
}

function whyNone({ state, name, contentType }: FileDetails): string {
  if (state !== 'AVAILABLE') return 'It is not served until its scan says that it is clean.';
  if (contentType === 'application/octet-stream' && /\.(csv|tsv|txt|md|json|jsonl)$/i.test(name))
    return 'It is no text in UTF-8, UTF-16 (the little-endian one, with its mark) or Latin-1.';
  return 'Download it to look inside.';
}

type Table = Extract<NonNullable<FileDetails['preview']>, { readonly __typename: 'TablePreview' }>;

function TableInside({ table }: { readonly table: Table }): ReactNode {
  const { columns, rows, truncated, encoding } = table;
  const isNumeric = (index: number): boolean => ['INTEGER', 'NUMBER'].includes(columns[index]?.type ?? '');
  return (
    <>
      <div className="scroll-x">
        <table className="table">
          <thead>
            <tr>
              {columns.map(({ name, type }, index) => (
                <th
                  key={name}
                  scope="col"
                  title={type.toLowerCase()}
                  className={isNumeric(index) ? 'end' : undefined}
                >
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((cells, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have nothing but their place.
              <tr key={row}>
                {columns.map(({ name }, index) => (
                  <td key={name} className={isNumeric(index) ? 'end numeric' : undefined}>
                    {cells[index] ?? <span className="nothing">–</span>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {truncated && <p className="table-note faint">The first {rows.length} rows.</p>}
      <ReadAs encoding={encoding} />
    </>
  );
}

/** Letters that look wrong are those of another encoding than the one they were taken for. */
function ReadAs({ encoding }: { readonly encoding: string }): ReactNode {
  return encoding === 'utf-8' ? null : <p className="table-note faint">Its text is read as {encoding}.</p>;
}
