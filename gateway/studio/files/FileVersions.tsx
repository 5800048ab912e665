import type { ReactNode } from 'react';
import { useMutation } from 'urql';
import { Badge } from '../elements/Badge.tsx';
import { Button } from '../elements/Button.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Moment } from '../elements/Moment.tsx';
import { PageTurner } from '../elements/PageTurner.tsx';
import { useToast } from '../elements/Toasts.tsx';
import { usePages } from '../elements/use-pages.ts';
import { fileVersionsQuery, restoreVersionMutation } from '../generated/operations.ts';
import { Refusal } from '../graph/refusal.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import type { FileDetails } from './FilePage.tsx';
import { readableSize } from './file-facts.ts';
import { useFileChanges } from './use-file-changes.ts';
import { useFreshLinks } from './use-fresh-links.ts';

/** Newest first. An older one is made current by becoming the next: nothing is overwritten. */
export function FileVersions({
  file,
  mayWrite,
  onChanged,
}: {
  readonly file: FileDetails;
  readonly mayWrite: boolean;
  readonly onChanged: () => void;
}): ReactNode {
  const say = useToast();
  const pages = usePages('versions');
  const [{ data, error: unread }, reload] = useReloadable({
    query: fileVersionsQuery,
    variables: { id: file.id, after: pages.after ?? null },
    requestPolicy: 'cache-and-network',
  });
  useFileChanges(reload);
  useFreshLinks(reload);
  const versions = data?.file?.versions;
  const [{ fetching }, restore] = useMutation(restoreVersionMutation);
  const makeCurrent = async (number: number): Promise<void> => {
    const { error } = await restore({ fileId: file.id, number, expectedVersion: file.version });
    say(error === undefined ? `Version ${number} is current again.` : Refusal.of(error).message);
    onChanged();
    reload();
  };
  return (
    <section className="panel" aria-label="Versions">
      <header className="panel-head">
        <h2>Versions</h2>
      </header>
      {unread !== undefined && <FailureNotice error={unread} onRetry={reload} />}
      <ol className="history versions">
        {versions?.nodes.map(({ number, sizeBytes, createdAt, downloadUrl }) => (
          <li key={number}>
            <Badge tone={number === file.versionNumber ? 'accent' : 'neutral'}>
              {number === file.versionNumber ? `${number}, current` : number}
            </Badge>
            <span>
              {downloadUrl === null ? (
                readableSize(sizeBytes)
              ) : (
                <a href={downloadUrl} download>
                  {readableSize(sizeBytes)}
                </a>
              )}{' '}
              <span className="faint">
                <Moment at={createdAt} show="ago" />
              </span>
            </span>
            {mayWrite && number !== file.versionNumber && (
              <Button
                look="quiet"
                busy={fetching}
                aria-label={`Make version ${number} current`}
                onClick={() => makeCurrent(number)}
              >
                Make current
              </Button>
            )}
          </li>
        ))}
      </ol>
      <PageTurner pages={pages} pageInfo={versions?.pageInfo} what="versions" />
    </section>
  );
}
