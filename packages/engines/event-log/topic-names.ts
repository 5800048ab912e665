import { CodedError } from '@tributary/runtime';
import type { TopicDeclaration } from './port.ts';

/** How the names of topics begin that a stream engine keeps beside a log it shares: they hold its own records, not events. */
export const streamEngineTopics = 'stream.';

/** @throws CodedError CONFIG_INVALID for a name that belongs to stream engines, on whichever log */
export function assertOwnNames(declarations: readonly TopicDeclaration[]): void {
  const taken = declarations.find(({ name }) => name.startsWith(streamEngineTopics));
  if (taken === undefined) return;
  throw new CodedError(
    'CONFIG_INVALID',
    `The topic ${taken.name} cannot be declared: names that begin with ${streamEngineTopics} belong to the stream engine.`,
    { details: { topic: taken.name } },
  );
}
