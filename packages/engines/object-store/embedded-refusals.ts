import { CodedError } from '@tributary/runtime';

const fullDisk = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const troubledDisk = new Set(
  'EACCES EBUSY EIO EISDIR ELOOP EMFILE ENAMETOOLONG ENFILE ENODEV ENOENT ENOTDIR ENXIO EPERM EROFS ESTALE'.split(
    ' ',
  ),
);

/** Runs a call on the store, and tells what the file system refused in the words of the port. Other errors pass as they are. */
export async function withFaultsTold<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof CodedError || !(cause instanceof Error && 'code' in cause)) throw cause;
    const code = String(cause.code);
    if (fullDisk.has(code)) {
      throw new CodedError('INSUFFICIENT_STORAGE', 'The object store has no room left.', { cause });
    }
    if (troubledDisk.has(code)) {
      throw new CodedError('ENGINE_UNAVAILABLE', 'The object store cannot be reached.', { cause });
    }
    throw cause;
  }
}
