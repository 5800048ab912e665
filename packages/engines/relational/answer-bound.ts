import { CodedError } from '@tributary/runtime';
import pg from 'pg';

/**
 * Parsers for the values of one answer that count what comes in. Rows are parsed as they arrive, so what is past the bound is never held: the driver
 * drops what comes after a value that could not be parsed. `onOver` is called then, once.
 */
export function boundedParsers(mostBytes: number, onOver: () => void): pg.CustomTypesConfig {
  let leftBytes = mostBytes;
  return {
    getTypeParser: (oid: number, format?: 'text' | 'binary') => {
      const parse = pg.types.getTypeParser(oid, format) as (value: unknown) => unknown;
      return (value: string | Uint8Array): unknown => {
        leftBytes -= value.length;
        if (leftBytes >= 0) return parse(value);
        onOver();
        throw answerTooLarge(mostBytes);
      };
    },
  } as pg.CustomTypesConfig;
}

/** The refusal of a read whose answer would be larger than memory is given to it. */
export function answerTooLarge(mostBytes: number): CodedError {
  return new CodedError(
    'PAYLOAD_TOO_LARGE',
    `What this asks for has more than ${mostBytes} bytes together; ask for fewer items at once, or for fewer of their fields.`,
    { details: { limitBytes: mostBytes } },
  );
}
