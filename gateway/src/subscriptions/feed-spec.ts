import { CodedError } from '@tributary/runtime';
import type { PreparedStream } from '../execution/stream-execution.ts';
import type { FeedSpec } from './feed-surroundings.ts';
import type { Asker } from './opening-calls.ts';
import { isTopicChosen, type LogRoute, type StreamRoute } from './stream-routes.ts';
import { fillTemplate, subjectPattern } from './subject-pattern.ts';
import { textConditions, wherePrefilter } from './where-prefilter.ts';

/** @throws CodedError BAD_USER_INPUT for a topic nobody declared: the log makes none because somebody asks for it. */
export function topicFor(
  route: LogRoute,
  declared: ReadonlySet<string>,
  args: PreparedStream['args'],
): string {
  if (!isTopicChosen(route)) return route.topic;
  const topic = fillTemplate(route.topic, args);
  if (declared.has(topic)) return topic;
  throw new CodedError('BAD_USER_INPUT', `There is no such topic; there are ${[...declared].join(', ')}.`);
}

export function feedSpec(
  route: LogRoute,
  topic: string,
  {
    stream,
    args,
    asker,
  }: {
    /** As it is executed for each event. */
    readonly stream: Pick<FeedSpec, 'key' | 'prepared'>;
    readonly args: PreparedStream['args'];
    readonly asker: Asker;
  },
): FeedSpec {
  const { owner, subscriber } = asker;
  const where = whereOf(route, args);
  const subject = subjectPattern(route.subject, args);
  return {
    key: stream.key,
    owner,
    topic,
    interest: { workspaceId: subscriber.principal.workspaceId, types: route.types, subject },
    prepared: stream.prepared,
    mayConcern: wherePrefilter(where),
    conditions: textConditions(where),
  };
}

export function whereOf(route: StreamRoute, args: PreparedStream['args']): unknown {
  return route.kind === 'log' && route.filterArgument !== undefined ? args[route.filterArgument] : undefined;
}
