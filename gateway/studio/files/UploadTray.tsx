import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Button } from '../elements/Button.tsx';
import { Icon } from '../elements/Icon.tsx';
import { readableSize } from './file-facts.ts';
import type { UploadState } from './uploads.ts';
import { useUploads } from './use-uploads.ts';

/** What is on its way up, and what just arrived. */
export function UploadTray({ unfinishedOnly = false }: { readonly unfinishedOnly?: boolean }): ReactNode {
  const { uploads, list: all } = useUploads();
  const list = unfinishedOnly ? all.filter(({ state }) => state !== 'done') : all;
  if (list.length === 0) return null;
  return (
    <section className="panel upload-tray" aria-label="Uploads">
      <ul>
        {list.map((upload) => (
          <li key={upload.id} data-state={upload.state}>
            <div className="upload-name">
              {upload.fileId === undefined ? (
                <span>{upload.name}</span>
              ) : (
                <Link href={`/files/${upload.fileId}`}>{upload.name}</Link>
              )}
              <span className="faint numeric">{said(upload)}</span>
            </div>
            <progress
              aria-label={`Upload of ${upload.name}`}
              max={Math.max(1, upload.sizeBytes)}
              value={upload.sentBytes}
            />
            <span className="upload-ways">
              {(upload.state === 'running' || upload.state === 'waiting') && (
                <Button
                  look="quiet"
                  icon="pause"
                  aria-label={`Pause ${upload.name}`}
                  onClick={() => uploads.pause(upload.id)}
                />
              )}
              {(upload.state === 'paused' || upload.state === 'failed') && (
                <Button
                  look="quiet"
                  icon="play"
                  aria-label={`Go on with ${upload.name}`}
                  onClick={() => uploads.resume(upload.id)}
                />
              )}
              {upload.state === 'done' ? (
                <Button
                  look="quiet"
                  icon="check"
                  aria-label={`Take ${upload.name} off the list`}
                  onClick={() => uploads.forget(upload.id)}
                />
              ) : (
                <Button
                  look="quiet"
                  icon="close"
                  aria-label={`Cancel ${upload.name}`}
                  onClick={() => uploads.cancel(upload.id)}
                />
              )}
            </span>
            {upload.fault !== undefined && (
              <p className="field-fault" role="alert">
                <Icon name="alert" /> {upload.fault}
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function said({ state, sentBytes, sizeBytes, bytesPerSecond }: UploadState): string {
  if (state === 'done') return `${readableSize(sizeBytes)} · done`;
  const part = `${readableSize(sentBytes)} of ${readableSize(sizeBytes)}`;
  if (state === 'paused' || state === 'waiting') return `${part} · ${state}`;
  return bytesPerSecond === 0 ? part : `${part} · ${readableSize(bytesPerSecond)}/s`;
}
