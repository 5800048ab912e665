import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
  type TypeNode,
  valueFromASTUntyped,
} from 'graphql';
import { type InputExpression, parseInputExpression } from '../domain/input-expression.ts';
import { isModelName } from '../domain/model-versions.ts';
import { type DeclarationFile, Faults, isObjectType } from './faults.ts';

/** A field that a prediction adds to an entity of the data subgraph. */
export interface DeclaredPrediction {
  readonly typeName: string;
  readonly field: string;
  readonly description: string | undefined;
  /** The name of the workspace's model. */
  readonly model: string;
  /** The model's output that is the field's value: one number an item. */
  readonly output: string;
  readonly inputs: Readonly<Record<string, InputExpression>>;
  /** Fields of the entity that are read, with the field of the other entity where one is referred to. */
  readonly reads: readonly ReadField[];
}

export interface ReadField {
  readonly name: string;
  /** As its owner declares it. */
  readonly type: string;
  readonly other: { readonly typeName: string; readonly field: string; readonly type: string } | undefined;
}

export interface PredictionSources {
  /** Models of the data subgraph (schema/models): whose fields a prediction may read. */
  readonly models: readonly DeclarationFile[];
  /** What is predicted of them (schema/predictions); none when absent. */
  readonly predictions?: readonly DeclarationFile[];
}

export interface Predictions {
  readonly declared: readonly DeclaredPrediction[];
  /** Who may read each type that predictions touch: its owner's grants. */
  readonly readers: ReadonlyMap<string, readonly string[]>;
}

type Types = ReadonlyMap<string, ObjectTypeDefinitionNode>;

/** @throws CodedError MODEL_INVALID naming every fault */
export function parsePredictions({ models, predictions = [] }: PredictionSources): Predictions {
  const faults = new Faults();
  const types: Types = new Map(
    models
      .flatMap((file) => faults.definitionsIn(file))
      .filter(isObjectType)
      .map((node) => [node.name.value, node]),
  );
  const declared: DeclaredPrediction[] = [];
  for (const node of predictions.flatMap((file) => faults.definitionsIn(file))) {
    if (node.kind !== Kind.OBJECT_TYPE_EXTENSION) {
      faults.add(node, node.kind, 'only `extend type` can be declared here');
      continue;
    }
    for (const directive of node.directives ?? []) {
      const type = types.get(node.name.value);
      if (type === undefined) faults.add(node, node.name.value, 'there is no such model');
      else if (directive.name.value !== 'prediction')
        faults.add(directive, `@${directive.name.value}`, 'is not known here');
      else {
        const read = readPrediction(directive, { type, types, faults });
        for (const { typeName, field } of read)
          if (declared.some((other) => other.typeName === typeName && other.field === field))
            faults.add(directive, `${typeName}.${field}`, 'is predicted twice');
        declared.push(...read);
      }
    }
  }
  faults.throwIfAny();
  const touched = declared.flatMap(({ typeName, reads }) => [
    typeName,
    ...reads.flatMap(({ other }) => other?.typeName ?? []),
  ]);
  return {
    declared,
    readers: new Map([...new Set(touched)].map((name) => [name, readersOf(types.get(name))])),
  };
}

interface Place {
  readonly type: ObjectTypeDefinitionNode;
  readonly types: Types;
  readonly faults: Faults;
}

function readPrediction(directive: ConstDirectiveNode, place: Place): readonly DeclaredPrediction[] {
  const { type, faults } = place;
  const given = Object.fromEntries(
    (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );
  const { field, model, output, description, inputs } = given;
  const coordinate = `${type.name.value}.${String(field)}`;
  if (typeof field !== 'string' || !/^[a-z]\w*$/.test(field) || fieldOf(type, field) !== undefined) {
    faults.add(directive, coordinate, '`field` must be the name of a field the model does not have');
    return [];
  }
  if (typeof model !== 'string' || !isModelName(model) || typeof output !== 'string') {
    faults.add(directive, coordinate, '`model` and `output` must name a model and one of its outputs');
    return [];
  }
  const expressions: Record<string, InputExpression> = {};
  const reads = new Map<string, ReadField>();
  for (const [name, text] of Object.entries(isRecord(inputs) ? inputs : {})) {
    const expression = parseInputExpression(String(text));
    const read = expression === undefined ? undefined : readOf(expression, place);
    if (expression === undefined || read === undefined) {
      faults.add(
        directive,
        coordinate,
        `the input ${name} must be \`field\`, \`reference.field\`, or hour, weekday or month of one`,
      );
      continue;
    }
    expressions[name] = expression;
    reads.set(expression.path.join('.'), read);
  }
  if (reads.size === 0) faults.add(directive, coordinate, '`inputs` must name at least one');
  return [
    {
      ...{ typeName: type.name.value, field, model, output, inputs: expressions, reads: [...reads.values()] },
      description: typeof description === 'string' ? description : undefined,
    },
  ];
}

function readOf(
  { path: [name = '', inner] }: InputExpression,
  { type, types }: Place,
): ReadField | undefined {
  const field = fieldOf(type, name);
  if (field === undefined) return undefined;
  const owned = { name, type: print(field.type) };
  if (inner === undefined) return { ...owned, other: undefined };
  const other = types.get(namedType(field.type));
  const read = other === undefined ? undefined : fieldOf(other, inner);
  if (other === undefined || read === undefined) return undefined;
  return { ...owned, other: { typeName: other.name.value, field: inner, type: print(read.type) } };
}

const fieldOf = (type: ObjectTypeDefinitionNode, name: string): FieldDefinitionNode | undefined =>
  type.fields?.find((field) => field.name.value === name);

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

function readersOf(type: ObjectTypeDefinitionNode | undefined): readonly string[] {
  const access = type?.directives?.find(({ name }) => name.value === 'access');
  const read = access?.arguments?.find(({ name }) => name.value === 'read');
  const grants: unknown = read === undefined ? [] : valueFromASTUntyped(read.value);
  return (Array.isArray(grants) ? grants : [grants]).filter((grant) => typeof grant === 'string');
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
