import { preferredType } from '../http/preferred-type.ts';

/** The two forms of an answer (GraphQL over HTTP §4.1); what differs is what a status may say. */
export type AnswerType = 'application/graphql-response+json' | 'application/json';

const known: readonly AnswerType[] = ['application/json', 'application/graphql-response+json'];

/**
 * The form a client wants. `application/json` for those who say nothing, because such clients are older than the other. Undefined: they accept
 * neither.
 */
export function answerType(accept: string | undefined): AnswerType | undefined {
  return accept === undefined || accept === '' ? 'application/json' : preferredType(accept, known);
}
