/** The two forms of an answer (GraphQL over HTTP §4.1); what differs is what a status may say. */
export type AnswerType = 'application/graphql-response+json' | 'application/json';

const known: readonly AnswerType[] = ['application/json', 'application/graphql-response+json'];

/**
 * The form a client wants (RFC 9110 §12.5.1): the acceptable one of the highest quality, the first named of equals. `application/json` for those
 * who say nothing, because such clients are older than the other. Undefined: they accept neither.
 */
export function answerType(accept: string | undefined): AnswerType | undefined {
  if (accept === undefined || accept === '') return 'application/json';
  let best: AnswerType | undefined;
  let bestQuality = 0;
  for (const entry of accept.split(',')) {
    const [range = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    const type = known.find((candidate) => covers(range, candidate));
    const quality = qualityOf(parameters);
    if (type === undefined || quality <= bestQuality) continue;
    best = type;
    bestQuality = quality;
  }
  return best;
}

function covers(range: string, type: AnswerType): boolean {
  return range === type || range === '*/*' || range === 'application/*';
}

function qualityOf(parameters: readonly string[]): number {
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = given === undefined ? 1 : Number(given.slice(2));
  return quality >= 0 && quality <= 1 ? quality : 0;
}
