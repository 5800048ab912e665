import { CodedError } from './coded-error.ts';

interface SystemFault extends Error {
  readonly code: string;
  readonly syscall?: string;
  readonly path?: string;
  readonly port?: number;
  readonly address?: string;
  readonly hostname?: string;
}

/** What says where a process listens: variables of its environment, or arguments (`--port`). */
export interface ListenSettings {
  readonly port: string;
  readonly host: string;
}

const environment: ListenSettings = { port: 'PORT', host: 'HOST' };

/**
 * One clear sentence for a start that failed, for whoever typed the command: what is wrong, and what to do.
 * Undefined for what nobody foresaw.
 */
export function faultSentence(error: unknown, listens: ListenSettings = environment): string | undefined {
  const fault = systemFault(error);
  // PostgreSQL's word for a full disk (SQLSTATE); a coded error made of it says no more than that the database is away.
  const isDatabaseDiskFull = fault?.code === '53100';
  if (error instanceof CodedError && !isDatabaseDiskFull) return error.message;
  if (fault === undefined) return undefined;
  const { code, path } = fault;
  if (isDatabaseDiskFull || code === 'ENOSPC' || code === 'EDQUOT')
    return `The disk that holds ${path ?? 'the data folder'} is full; free some space or set DATA_DIR to another disk.`;
  // Of a package that has no coded errors, and means the same.
  if (code === 'CONFIG_INVALID') return fault.message;
  const unheard = listenSentence(fault, listens);
  if (unheard !== undefined) return unheard;
  if (code === 'EROFS')
    return `${path ?? 'The data folder'} is on a disk that can only be read; mount it for writing or set DATA_DIR to a folder on another.`;
  if (code === 'EACCES' || code === 'EPERM')
    return `${path ?? 'The data folder'} cannot be written by this user; change its permissions or set DATA_DIR to a folder of your own.`;
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return `${path ?? 'The data folder'} is in the way: a file lies where a folder is needed; move it or set DATA_DIR to another folder.`;
  return undefined;
}

function listenSentence(
  { code, syscall, port = 0, address, hostname }: SystemFault,
  listens: ListenSettings,
): string | undefined {
  if (code === 'EADDRINUSE')
    return `Port ${port} is busy; stop what uses it, or choose another with ${given(listens.port, port === 65_535 ? 0 : port + 1)}.`;
  if (code === 'EADDRNOTAVAIL')
    return `This machine has no address ${address}; set ${listens.host} to one of its own.`;
  if ((code === 'ENOTFOUND' || code === 'EAI_AGAIN') && hostname !== undefined)
    return `There is no host ${hostname}; set ${listens.host} to an address or a name of this machine.`;
  if (syscall === 'listen' && (code === 'EACCES' || code === 'EPERM'))
    return `This user may not open port ${port}; choose one above 1023 with ${listens.port}.`;
  return undefined;
}

function given(setting: string, value: number): string {
  return `${setting}${setting.startsWith('-') ? ' ' : '='}${value}`;
}

/** The innermost cause that has a code of its own; a `CodedError` only says what we made of it. */
function systemFault(error: unknown): SystemFault | undefined {
  if (!(error instanceof Error)) return undefined;
  const inner = systemFault(error.cause);
  if (inner !== undefined || error instanceof CodedError) return inner;
  return 'code' in error && typeof error.code === 'string' ? (error as SystemFault) : undefined;
}
