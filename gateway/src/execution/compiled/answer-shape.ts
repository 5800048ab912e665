import { CodedError } from '@tributary/runtime';
import { type GraphQLError, type GraphQLSchema, isNonNullType, isObjectType, Kind } from 'graphql';
import { codedGraphQLError } from '../answer-errors.ts';
import { AnswerBytes, AnswerTooLarge } from './answer-bytes.ts';
import { AnswerWriters, type ObjectWriter, type WrittenSelections } from './answer-writer.ts';
import type { Completion } from './completion.ts';
import { isIntrospection } from './introspection.ts';
import { type JsonObject, readOwn, writeOwn } from './own-keys.ts';
import type { SharedParts } from './shared-parts.ts';
import { wrote } from './value-writers.ts';

/** Writes the answers of one operation. */
export interface AnswerShape {
  /** Puts the answer together, and tells of nulls that nothing has explained yet: of the first of them, if there are many. */
  complete(brought: BroughtData): ShapedAnswer;
  /** Knows of root fields, when they are all there, whether the answer can have no data because of one of them. Undefined where each may be null. */
  lossBy(keys: ReadonlySet<string>): ((brought: PartlyBrought) => boolean) | undefined;
}

export type PartlyBrought = Pick<BroughtData, 'data' | 'absent' | 'bereft' | 'incomplete' | 'shared'>;

export interface BroughtData {
  readonly data: JsonObject;
  /** What the schema says of itself, by response key. */
  readonly introspection: JsonObject;
  /** Entities of which their owner said that there are none, or none for this caller. */
  readonly absent: ReadonlySet<JsonObject>;
  /** Objects of which the errors of a fetch say why something is missing. */
  readonly bereft: ReadonlySet<JsonObject>;
  /** Entities that a subgraph was not asked about, because something is missing that it has to be told of them. */
  readonly incomplete: ReadonlySet<JsonObject>;
  readonly shared: SharedParts;
  /** Whether a null at this path is told; those that are not have been. */
  readonly isUnexplained: (path: readonly (string | number)[]) => boolean;
}

export interface ShapedAnswer {
  /** `{"data":…}`, in bytes of its own. */
  readonly body: Buffer;
  readonly errors: readonly GraphQLError[];
}

/** Of an answer. It is held three times while it is sent, and whoever asks may have the same long text written hundreds of times over. */
export const maxAnswerBytes = 32 * 1024 * 1024;
/** Answers are written one at a time: writing waits for nothing. */
const answer = new AnswerBytes(maxAnswerBytes);
const start = Buffer.from('{"data":');
const nullBytes = Buffer.from('null');
const end = 0x7d;

export function answerShape(schema: GraphQLSchema, written: WrittenSelections): AnswerShape {
  const { selections } = written;
  const root = schema.getRootType(selections.operation.operation);
  if (!isObjectType(root)) throw new TypeError('the schema has no such root type');
  const { selectionSet } = selections.operation;
  const write: ObjectWriter = new AnswerWriters(schema, written).object([selectionSet], root);
  const fields = [...selections.fieldsOf([selectionSet], root.name)];
  const introspected = fields.filter(([, [node]]) => node !== undefined && isIntrospection(node));
  return {
    lossBy: (keys) => {
      const sure = fields.filter(
        ([key, [node]]) => keys.has(key) && isNonNullType(root.getFields()[node?.name.value ?? '']?.type),
      );
      if (sure.length === 0) return undefined;
      const set = { kind: Kind.SELECTION_SET as const, selections: sure.flatMap(([, nodes]) => nodes) };
      // What it writes is not the answer's, so that its writers are its own.
      const writeSure = new AnswerWriters(schema, written).object([set], root);
      return ({ data, absent, bereft, incomplete, shared }) => {
        const known = { absent, bereft, incomplete, shared, isUnexplained: () => false };
        answer.length = 0;
        try {
          return writeSure(data, completionOf(known, [])) !== wrote;
        } catch (error) {
          if (!(error instanceof AnswerTooLarge)) throw error;
          // Which is told when all of it is written.
          return false;
        } finally {
          answer.dropped();
        }
      };
    },
    complete: ({ data, introspection, ...known }) => {
      for (const [key] of introspected) writeOwn(data, key, readOwn(introspection, key));
      const errors: GraphQLError[] = [];
      answer.length = 0;
      answer.raw(start);
      try {
        const written = write(data, completionOf(known, errors));
        if (written !== wrote) answer.raw(nullBytes);
        answer.byte(end);
        return { body: answer.taken(), errors };
      } catch (error) {
        if (!(error instanceof AnswerTooLarge)) throw error;
        answer.dropped();
        return { body: Buffer.from('{"data":null}'), errors: [codedGraphQLError(tooLarge())] };
      }
    },
  };
}

function completionOf(
  known: Pick<Completion, 'absent' | 'bereft' | 'incomplete' | 'shared' | 'isUnexplained'>,
  errors: GraphQLError[],
): Completion {
  const state = { answer, trail: [], errors, told: 0, forbidden: 0, isExplained: false, isAbsence: false };
  return { ...known, ...state };
}

function tooLarge(): CodedError {
  const message = `The answer would be larger than ${maxAnswerBytes / 1024 ** 2} MB; ask for fewer fields or smaller pages.`;
  return new CodedError('PAYLOAD_TOO_LARGE', message, { details: { limitBytes: maxAnswerBytes } });
}
