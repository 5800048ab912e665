import type { ReactNode } from 'react';
import { Moment } from '../elements/Moment.tsx';
import type { FileDetails } from './FilePage.tsx';
import { readableSize, readableType } from './file-facts.ts';

const scans = { NOT_SCANNED: 'not scanned', CLEAN: 'clean', INFECTED: 'something was found' } as const;

export function FileFacts({ file }: { readonly file: FileDetails }): ReactNode {
  const declared =
    file.declaredType !== null && file.declaredType !== file.contentType ? file.declaredType : undefined;
  return (
    <section className="panel" aria-label="Facts">
      <dl className="fields">
        <div>
          <dt>Kind</dt>
          <dd>
            {readableType(file.contentType)} <code className="faint">{file.contentType}</code>
            {declared !== undefined && <p className="faint">The uploader called it {declared}.</p>}
          </dd>
        </div>
        <div>
          <dt>Size</dt>
          <dd className="numeric">
            {readableSize(file.sizeBytes)}{' '}
            <span className="faint">{new Intl.NumberFormat('en').format(file.sizeBytes)} bytes</span>
          </dd>
        </div>
        <div>
          <dt>SHA-256</dt>
          <dd>
            <code>{file.sha256}</code>
          </dd>
        </div>
        <div>
          <dt>Scan</dt>
          <dd>{scans[file.scan]}</dd>
        </div>
        <div>
          <dt>Uploaded</dt>
          <dd>
            <Moment at={file.createdAt} />
          </dd>
        </div>
      </dl>
    </section>
  );
}
