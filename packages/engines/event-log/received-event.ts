import { storableText } from '@tributary/runtime';
import type { ForeignRecord, LogEvent } from './port.ts';

/** Of what is no event, for those who look into it. */
const excerptLength = 200;
/** Far more than ours have: JSON is parsed at any depth, and written again, or walked through, only as deep as the stack goes. */
const deepest = 500;
/** What every reader relies on without looking. Who needs more of an event looks for it. */
const attributes = ['id', 'source', 'type', 'subject', 'time', 'partitionkey'] as const;

export type Received = { readonly event: LogEvent } | Pick<ForeignRecord, 'fault' | 'excerpt'>;

/** What lies in a log that others can write to, as an event, or told apart from one: a foreign producer's slip must not hold up a reader for good. Never throws. */
export function receivedEvent(value: Buffer): Received {
  const text = value.toString('utf8');
  const foreign = (fault: string): Received => ({ fault, excerpt: storableText(text, excerptLength) });
  if (isTooDeep(value)) return foreign('is nested too deep');
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    return foreign('is no JSON');
  }
  if (typeof event !== 'object' || event === null) return foreign('is no object');
  const told = event as Readonly<Record<string, unknown>>;
  const missing = attributes.find((name) => typeof told[name] !== 'string');
  if (missing !== undefined) return foreign(`has no ${missing}`);
  return told['data'] === undefined ? foreign('has no data') : { event: event as LogEvent };
}

/** `"`, `\\`, and the brackets of JSON; the bit that tells square ones from curly ones is masked. */
const [quote, backslash, opening, closing, ofBrackets] = [0x22, 0x5c, 0x5b, 0x5d, 0xdf];

/** Counted in the bytes, before anything is made of them. */
function isTooDeep(json: Buffer): boolean {
  if (json.length <= 2 * deepest) return false;
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0;
    if (byte === quote) isInString = !isInString;
    else if (isInString) at += Number(byte === backslash);
    else if ((byte & ofBrackets) === opening) depth += 1;
    else if ((byte & ofBrackets) === closing) depth -= 1;
    if (depth > deepest) return true;
  }
  return false;
}
