import { CodedError } from '@tributary/runtime';
import { isStorable } from '../filter/checked-filter.ts';
import { pubSubLimits } from './port.ts';

export interface Message {
  readonly channel: string;
  readonly payload: string;
}

/**
 * One logical message as the payload of one NOTIFY: `<sequence> <channel>\n<payload>`. Nothing is escaped, so the size is known
 * (NOTIFY takes less than 8,000 bytes). The sequence is there because PostgreSQL drops equal payloads within a transaction.
 */
export function frameMessage(sequence: number, { channel, payload }: Message): string {
  return `${sequence.toString(36)} ${channel}\n${payload}`;
}

/** Undefined for what no publisher of ours sends: NOTIFY asks for no right, so whoever may connect to the database can be heard here. */
export function readFrame(frame: string): Message | undefined {
  const space = frame.indexOf(' ');
  const line = frame.indexOf('\n');
  if (space < 0 || line < space) return undefined;
  return { channel: frame.slice(space + 1, line), payload: frame.slice(line + 1) };
}

/** @throws CodedError PAYLOAD_TOO_LARGE or BAD_USER_INPUT when an adapter could not carry it unchanged. */
export function checkMessage({ channel, payload }: Message): void {
  const { channelBytes, payloadBytes } = pubSubLimits;
  if (Buffer.byteLength(channel) > channelBytes || Buffer.byteLength(payload) > payloadBytes) {
    const message = `A message may have ${payloadBytes} bytes, its channel ${channelBytes}.`;
    throw new CodedError('PAYLOAD_TOO_LARGE', message, { details: { payloadBytes, channelBytes } });
  }
  if (channel.includes('\n') || !isStorable(channel) || !isStorable(payload)) {
    throw new CodedError('BAD_USER_INPUT', 'A message holds characters that cannot be carried.');
  }
}
