import { createContext, useContext, useSyncExternalStore } from 'react';
import type { UploadState, Uploads } from './uploads.ts';

export const UploadsContext = createContext<Uploads | undefined>(undefined);

/** Outlives the page one is on: an upload goes on while one looks at something else. */
export function useUploads(): { readonly uploads: Uploads; readonly list: readonly UploadState[] } {
  const uploads = useContext(UploadsContext);
  if (uploads === undefined) throw new TypeError('useUploads is for what stands inside UploadsContext');
  return { uploads, list: useSyncExternalStore(uploads.subscribe, uploads.list) };
}
