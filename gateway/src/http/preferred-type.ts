import type { IncomingHttpHeaders } from 'node:http';

/**
 * The media type a client wants most of those there are (RFC 9110 §12.5.1): the acceptable one of the highest quality, the first named of
 * equals. Undefined: it accepts none.
 */
export function preferredType<Type extends string>(
  accept: string,
  offered: readonly Type[],
): Type | undefined {
  let best: Type | undefined;
  let bestQuality = 0;
  for (const entry of accept.split(',')) {
    const [range = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    const type = offered.find((candidate) => covers(range, candidate));
    const quality = qualityOf(parameters);
    if (type === undefined || quality <= bestQuality) continue;
    best = type;
    bestQuality = quality;
  }
  return best;
}

const answerTypes = ['application/json', 'application/graphql-response+json', 'text/event-stream'] as const;

/** Does a client want an operation answered by a stream of events? One that names JSON first takes that where it is to be had. */
export function prefersEvents({ accept = '' }: IncomingHttpHeaders): boolean {
  return accept.includes('text/event-stream') && preferredType(accept, answerTypes) === 'text/event-stream';
}

function covers(range: string, type: string): boolean {
  return range === type || range === '*/*' || range === `${type.slice(0, type.indexOf('/'))}/*`;
}

function qualityOf(parameters: readonly string[]): number {
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = given === undefined ? 1 : Number(given.slice(2));
  return quality >= 0 && quality <= 1 ? quality : 0;
}
