import { type ReactNode, useState } from 'react';
import { useMutation } from 'urql';
import { Button } from '../elements/Button.tsx';
import { CopyButton } from '../elements/CopyButton.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { Moment } from '../elements/Moment.tsx';
import { PageTurner } from '../elements/PageTurner.tsx';
import { usePages } from '../elements/use-pages.ts';
import {
  createDownloadLinkMutation,
  downloadLinksQuery,
  revokeDownloadLinkMutation,
} from '../generated/operations.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import type { FileDetails } from './FilePage.tsx';

const lifetimes = [
  { seconds: 3_600, title: 'An hour' },
  { seconds: 28_800, title: 'Eight hours' },
  { seconds: 86_400, title: 'A day' },
];

/** Links for people without an account: of one version, for a day at most, to be taken back at any time. */
export function ShareFile({
  file,
  onClose,
}: {
  readonly file: FileDetails;
  readonly onClose: () => void;
}): ReactNode {
  const [seconds, setSeconds] = useState(3_600);
  const pages = usePages('links');
  const [{ data, error }, reload] = useReloadable({
    query: downloadLinksQuery,
    variables: { fileId: file.id, after: pages.after ?? null },
    requestPolicy: 'network-only',
  });
  const [making, create] = useMutation(createDownloadLinkMutation);
  const [revoking, revoke] = useMutation(revokeDownloadLinkMutation);
  const fault = error ?? making.error ?? revoking.error;
  return (
    <Dialog title={`Share ${file.name}`} width="wide" onClose={onClose}>
      <div className="dialog-body">
        <p className="soft">
          Whoever has a link can download this version without an account, until it ends or is revoked.
        </p>
        <div className="share-new">
          <Field label="Works for">
            {(parts) => (
              <select
                {...parts}
                className="select"
                value={seconds}
                onChange={(event) => setSeconds(Number(event.target.value))}
              >
                {lifetimes.map((choice) => (
                  <option key={choice.seconds} value={choice.seconds}>
                    {choice.title}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Button
            look="primary"
            busy={making.fetching}
            onClick={() =>
              create({ input: { fileId: file.id, expiresInSeconds: seconds } }).then(() => {
                // The newest is on the first page.
                pages.first();
                reload();
              })
            }
          >
            Make a link
          </Button>
        </div>
        {fault !== undefined && <FailureNotice error={fault} />}
        <ul className="links">
          {(data?.downloadLinks.nodes ?? []).map(({ id, url, expiresAt, versionNumber }) => (
            <li key={id}>
              <span>
                Version {versionNumber}, until <Moment at={expiresAt} />
              </span>
              {url !== null && <CopyButton text={new URL(url, location.href).href} label="Copy the link" />}
              <Button look="quiet" onClick={() => revoke({ id }).then(reload)}>
                Revoke
              </Button>
            </li>
          ))}
        </ul>
        <PageTurner pages={pages} pageInfo={data?.downloadLinks.pageInfo} what="links" />
      </div>
    </Dialog>
  );
}
