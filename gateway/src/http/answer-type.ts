import { CodedError } from '@tributary/runtime';
import { preferredType } from './preferred-type.ts';

/** The two forms of an answer (GraphQL over HTTP §4.1); what differs is what a status may say. */
export type AnswerType = 'application/graphql-response+json' | 'application/json';

const known: readonly AnswerType[] = ['application/json', 'application/graphql-response+json'];

/**
 * The form a client wants. `application/json` for those who say nothing, because such clients are older than the other.
 * @throws CodedError NOT_ACCEPTABLE for those who accept neither.
 */
export function answerType(accept: string | undefined): AnswerType {
  if (accept === undefined || accept === '') return 'application/json';
  const wanted = preferredType(accept, known);
  if (wanted !== undefined) return wanted;
  throw new CodedError(
    'NOT_ACCEPTABLE',
    `This answers ${known.join(' or ')}; none of it is in the Accept header.`,
  );
}
