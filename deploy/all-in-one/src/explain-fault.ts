import { CodedError } from '@tributary/runtime';
import type { ProductConfig } from './config.ts';

/** One clear sentence for a start that failed: what is wrong, and what to do. */
export function explainFault(error: unknown, config: ProductConfig | undefined): string {
  if (error instanceof CodedError) return error.message;
  const code = codeOf(error);
  const dataDir = config?.dataDir ?? 'the data folder';
  if (code === 'EADDRINUSE')
    return `Port ${config?.port} is busy; stop what uses it, or start with another: PORT=${(config?.port ?? 4000) + 1} npm start.`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `${dataDir} cannot be written by this user; change its permissions or set DATA_DIR to a folder of your own.`;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return `The disk that holds ${dataDir} is full; free some space or set DATA_DIR to another disk.`;
  if (code === 'EADDRNOTAVAIL')
    return `This machine has no address ${config?.host}; set HOST to one of its own.`;
  return `Tributary could not start: ${error instanceof Error ? error.message : String(error)}`;
}

/** The error code of the innermost cause that has one. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return codeOf(error.cause) ?? ('code' in error ? String(error.code) : undefined);
}
