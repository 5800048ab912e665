import { CodedError, faultSentence } from '@tributary/runtime';

/** Waits for a port to be opened. @throws CodedError CONFIG_INVALID naming the argument that chooses another; whatever else went wrong, as it is. */
export async function opened<Served>(
  opening: Promise<Served>,
  argument: '--port' | '--metrics-port',
): Promise<Served> {
  try {
    return await opening;
  } catch (cause) {
    const sentence = faultSentence(cause, { port: argument, host: '--host' });
    if (sentence === undefined || cause instanceof CodedError) throw cause;
    throw new CodedError('CONFIG_INVALID', sentence, { cause });
  }
}
