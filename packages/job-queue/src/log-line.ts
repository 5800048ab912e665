import { storableText } from '@tributary/runtime';
import { boundedJson } from './bounded-json.ts';
import { queueLimits } from './limits.ts';
import type { RunLogLine } from './run.ts';

/** A line as it can be stored. It must never fail the work it tells of: its text is cut, and fields that cannot be stored are left out, which is said. */
export function boundedLine(line: RunLogLine): RunLogLine {
  const message = storableText(line.message, queueLimits.logMessageLength);
  return { ...line, message, fields: boundedFields(line.fields) };
}

function boundedFields(fields: RunLogLine['fields']): RunLogLine['fields'] {
  try {
    const json = boundedJson('The fields of a log line', fields, queueLimits.logFieldsBytes);
    return JSON.parse(json) as RunLogLine['fields'];
  } catch {
    return { omitted: true };
  }
}
