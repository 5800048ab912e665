import { CodedError } from '@tributary/runtime';
import type { TopicDeclaration } from './port.ts';

/** How the names of topics begin that a stream engine keeps beside a log it shares: they hold its own records, not events. */
export const streamEngineTopics = 'stream.';

/** How the name of the topic begins by which a log says whose it is; it holds no events. */
export const installationTopics = 'installation.';

const reserved = [
  [streamEngineTopics, 'the stream engine'],
  [installationTopics, 'the log itself'],
] as const;

/** @throws CodedError CONFIG_INVALID for a name that belongs to stream engines, or to the log itself, on whichever log */
export function assertOwnNames(declarations: readonly TopicDeclaration[]): void {
  for (const [begins, owner] of reserved) {
    const taken = declarations.find(({ name }) => name.startsWith(begins));
    if (taken === undefined) continue;
    throw new CodedError(
      'CONFIG_INVALID',
      `The topic ${taken.name} cannot be declared: names that begin with ${begins} belong to ${owner}.`,
      { details: { topic: taken.name } },
    );
  }
}
