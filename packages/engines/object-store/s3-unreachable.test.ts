import { CodedError } from '@tributary/runtime';
import { expect, it } from 'vitest';
import { parseS3Url } from './s3-address.ts';
import { unreachableBucket } from './s3-unreachable.ts';

it.each(['ECONNREFUSED', 'ENOTFOUND', 'EPROTO', 'HPE_INVALID_CONSTANT'])(
  'why a bucket cannot be used is one sentence (%s)',
  (code) => {
    const cause = new CodedError('ENGINE_UNAVAILABLE', 'away', {
      cause: Object.assign(new Error('failed'), { code }),
    });
    const { message } = unreachableBucket(cause, parseS3Url('s3://key:secret@host:9000/bucket'));
    expect(message).toMatch(/^OBJECT_STORE_URL names a bucket that cannot be used: [^?]*[^.?]\.$/);
  },
);
