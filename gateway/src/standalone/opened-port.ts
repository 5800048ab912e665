import { CodedError } from '@tributary/runtime';

interface ListenFault extends Error {
  readonly code: string;
  readonly port?: number;
  readonly address?: string;
}

/** Waits for a port to be opened. @throws CodedError CONFIG_INVALID naming the argument that chooses another; whatever else went wrong, as it is. */
export async function opened<Served>(
  opening: Promise<Served>,
  argument: '--port' | '--metrics-port',
): Promise<Served> {
  try {
    return await opening;
  } catch (cause) {
    const sentence = isListenFault(cause) ? sentenceOf(cause, argument) : undefined;
    throw sentence === undefined ? cause : new CodedError('CONFIG_INVALID', sentence, { cause });
  }
}

function sentenceOf({ code, port = 0, address }: ListenFault, argument: string): string | undefined {
  if (code === 'EADDRINUSE')
    return `Port ${port} is busy; stop what uses it, or choose another with ${argument} ${port === 65_535 ? 0 : port + 1}.`;
  if (code === 'EACCES')
    return `This user may not open port ${port}; choose one above 1023 with ${argument}.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `This machine has no address ${address}; choose one of its own with --host.`;
  return undefined;
}

function isListenFault(fault: unknown): fault is ListenFault {
  return fault instanceof Error && 'code' in fault && typeof fault.code === 'string';
}
