import { type Clock, CodedError, newId } from '@tributary/runtime';
import { type AssertionMinter, type GraphExecutor, graphError, noWorkspaceId } from '@tributary/subgraph-kit';
import type { InputField, ModelInput } from './run-port.ts';

interface TypeRef {
  readonly kind: string;
  readonly name: string | null;
  readonly ofType?: TypeRef | null;
}

interface DescribedField {
  readonly name: string;
  readonly defaultValue: string | null;
  readonly type: TypeRef;
}

interface Described {
  readonly __schema: {
    readonly types: readonly {
      readonly name: string;
      readonly inputFields: readonly DescribedField[] | null;
    }[];
    readonly mutationType: {
      readonly fields: readonly {
        readonly name: string;
        readonly args: readonly { readonly type: TypeRef }[];
      }[];
    } | null;
  };
}

const query = `query ModelInputs { __schema {
  types { name inputFields { name defaultValue type { ...Ref } } }
  mutationType { fields { name args { type { ...Ref } } } } } }
fragment Ref on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;

/** As long a model may have changed without being seen; what is written is checked by the graph anyway. */
const freshMs = 30_000;
const deadlineMs = 10_000;

/**
 * How each model's records are made, from the graph's own schema. It is asked as a service of this installation, because introspection
 * may be closed to whoever enqueued a run; what it tells is in the published API as well.
 */
export function modelInputs(parts: {
  readonly minter: AssertionMinter;
  readonly execute: GraphExecutor;
  readonly clock: Clock;
}): (model: string) => Promise<ModelInput> {
  let known: { readonly schema: Described; readonly untilMs: number } | undefined;
  const schema = async (): Promise<Described> => {
    if (known !== undefined && known.untilMs > parts.clock.monotonicMs()) return known.schema;
    const service = {
      kind: 'service',
      id: 'job-runner',
      workspaceId: noWorkspaceId,
      role: null,
      scopes: null,
    } as const;
    const { data, errors = [] } = await parts.execute({
      query,
      operationName: 'ModelInputs',
      variables: {},
      assertion: await parts.minter.mint(service),
      requestId: newId(),
      signal: AbortSignal.timeout(deadlineMs),
    });
    if (errors.length > 0) throw graphError(errors);
    known = { schema: data as unknown as Described, untilMs: parts.clock.monotonicMs() + freshMs };
    return known.schema;
  };
  return async (model) => modelInput((await schema()).__schema, model);
}

/** @throws CodedError NOT_FOUND for a type whose records are not made in bulk */
function modelInput({ types, mutationType }: Described['__schema'], model: string): ModelInput {
  const inputName = `${model}Input`;
  const fields = types.find(({ name }) => name === inputName)?.inputFields;
  const mutation = mutationType?.fields.find(
    ({ name, args }) => name.startsWith('create') && args.some(({ type }) => isListOf(type, inputName)),
  );
  if (fields === undefined || fields === null || mutation === undefined)
    throw new CodedError('NOT_FOUND', `There is no model ${model.slice(0, 100)}.`, {
      details: { argument: 'model' },
    });
  return { mutation: mutation.name, fields: fields.map((field) => described(field, types)) };
}

function described(
  { name, defaultValue, type }: DescribedField,
  types: Described['__schema']['types'],
): InputField {
  const required = type.kind === 'NON_NULL' && defaultValue === null;
  const inner = type.kind === 'NON_NULL' ? (type.ofType ?? type) : type;
  const typeName = inner.name ?? '';
  const keys =
    inner.kind === 'INPUT_OBJECT'
      ? (types.find((candidate) => candidate.name === typeName)?.inputFields ?? []).map((key) => ({
          name: key.name,
          type: key.type.name ?? '',
        }))
      : undefined;
  return { name, type: typeName, required, ...(keys === undefined ? {} : { keys }) };
}

function isListOf(type: TypeRef, name: string): boolean {
  const list = type.kind === 'NON_NULL' ? type.ofType : type;
  const item = list?.kind === 'LIST' ? list.ofType : undefined;
  return item?.name === name || item?.ofType?.name === name;
}
