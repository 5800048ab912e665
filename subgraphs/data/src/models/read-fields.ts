import { type ForeignEntity, foreignEntities } from '@tributary/schema';
import { type FieldDefinitionNode, Kind, type ObjectTypeDefinitionNode, type TypeNode } from 'graphql';
import { type ConstrainedField, type Constraint, readConstraint } from './constraint.ts';
import { type Faults, hint } from './faults.ts';
import {
  type Attribute,
  type ListRelation,
  type Model,
  mostTextLength,
  type ScalarType,
  scalarTypes,
  systemAttributes,
} from './model.ts';
import { snakeCase } from './names.ts';
import { type DirectiveValues, readDirectives } from './read-directives.ts';

interface FieldType {
  readonly name: string;
  readonly required: boolean;
  readonly list: boolean;
}

const reservedFields = new Set([
  ...systemAttributes.map(({ name }) => name),
  'workspaceId',
  'and',
  'or',
  'not',
]);

/** PostgreSQL has room for 1,600 columns, and a row of wide ones ends before that. */
const mostFields = 500;

/** The attributes and list relations that the fields of a model type declare. Lists still lack the reference they belong to. */
export function readFields(
  node: ObjectTypeDefinitionNode,
  names: ReadonlySet<string>,
  faults: Faults,
): Pick<Model, 'attributes' | 'lists'> {
  const attributes: Attribute[] = [];
  const lists: ListRelation[] = [];
  const seen = new Set<string>();
  for (const field of node.fields ?? []) {
    const name = field.name.value;
    const coordinate = `${node.name.value}.${name}`;
    checkName(field, coordinate, faults);
    if (seen.has(name)) faults.add(field, coordinate, 'is defined twice');
    seen.add(name);
    const directives = readDirectives(
      { coordinate, directives: field.directives ?? [], on: 'field' },
      faults,
    );
    const type = fieldType(field.type);
    const known = [...scalarTypes, ...foreignEntities, ...names];
    if (type === undefined || (!names.has(type.name) && !isScalar(type.name) && !isForeign(type.name))) {
      const found = type?.name ?? 'a list of lists';
      faults.add(field, coordinate, `${found} is neither a scalar nor a model${hint(found, known)}`);
    } else if (type.list) {
      if (isScalar(type.name))
        faults.add(field, coordinate, 'lists of scalars are not stored; use JSON, or a model of its own');
      if (isForeign(type.name))
        faults.add(
          field,
          coordinate,
          `lists of ${type.name} are not stored; make a model of its own for them`,
        );
      if (!type.required) faults.add(field, coordinate, `a list of others is written [${type.name}!]!`);
      checkMisplaced(directives, ['relation'], { field, coordinate, faults });
      const via = directives.get('relation')?.['field'];
      lists.push({
        name,
        target: type.name,
        via: typeof via === 'string' ? via : '',
        description: field.description?.value,
      });
    } else {
      const foreign = isForeign(type.name) ? type.name : undefined;
      const target = isScalar(type.name) || foreign !== undefined ? undefined : type.name;
      if (foreign !== undefined && type.required)
        faults.add(
          field,
          coordinate,
          `${foreign} belongs to another subgraph and may be gone; write it without !`,
        );
      const uniqueable = isScalar(type.name) && !['JSON', 'Boolean', 'Float'].includes(type.name);
      const allowed = [
        // An order or a range of objects means nothing.
        ...(type.name === 'JSON' ? [] : ['index']),
        ...(uniqueable ? ['unique'] : []),
        ...(isScalar(type.name) ? ['constraint'] : []),
      ];
      checkMisplaced(directives, allowed, { field, coordinate, faults });
      const keys = { unique: directives.has('unique'), indexed: directives.has('index') };
      attributes.push({
        name,
        column: isScalar(type.name) ? snakeCase(name) : `${snakeCase(name)}_id`,
        type: isScalar(type.name) ? type.name : 'ID',
        required: type.required,
        ...keys,
        description: field.description?.value,
        target,
        foreign,
        constraint: constraintOf(directives, {
          type: type.name,
          mostLength: mostTextLength(keys),
          fault: (problem) => faults.add(field, coordinate, problem),
        }),
        system: false,
      });
    }
  }
  checkColumns(node, attributes, faults);
  if (attributes.length > mostFields)
    faults.add(node, node.name.value, `has ${attributes.length} fields; a model has ${mostFields} at most`);
  if (attributes.length === 0) faults.add(node, node.name.value, 'stores nothing: give it a field');
  return { attributes, lists };
}

function constraintOf(directives: DirectiveValues, field: ConstrainedField): Constraint | undefined {
  const args = directives.get('constraint');
  return args === undefined ? undefined : readConstraint(args, field);
}

function checkName(field: FieldDefinitionNode, coordinate: string, faults: Faults): void {
  const name = field.name.value;
  if (!/^[a-z][A-Za-z0-9]{0,40}$/.test(name))
    faults.add(field, coordinate, 'a field is named like departureGate, up to 41 letters and digits');
  if (reservedFields.has(name) || name in Object.prototype)
    faults.add(field, coordinate, 'this name is taken by the system');
  if ((field.arguments ?? []).length > 0) faults.add(field, coordinate, 'fields of models take no arguments');
}

function checkMisplaced(
  directives: DirectiveValues,
  allowed: readonly string[],
  { field, coordinate, faults }: { field: FieldDefinitionNode; coordinate: string; faults: Faults },
): void {
  for (const name of directives.keys()) {
    if (!allowed.includes(name)) faults.add(field, coordinate, `@${name} does not go with this type`);
  }
}

function checkColumns(
  node: ObjectTypeDefinitionNode,
  attributes: readonly Attribute[],
  faults: Faults,
): void {
  const columns = new Map(
    systemAttributes
      .concat({ column: 'workspace_id', name: 'workspaceId' } as Attribute)
      .map(({ column, name }) => [column, name]),
  );
  for (const { column, name } of attributes) {
    const other = columns.get(column);
    if (other !== undefined && other !== name)
      faults.add(node, `${node.name.value}.${name}`, `is stored under the same name as ${other}`);
    columns.set(column, name);
  }
}

function fieldType(node: TypeNode): FieldType | undefined {
  const required = node.kind === Kind.NON_NULL_TYPE;
  const inner = required ? node.type : node;
  if (inner.kind === Kind.NAMED_TYPE) return { name: inner.name.value, required, list: false };
  const item = inner.kind === Kind.LIST_TYPE ? inner.type : undefined;
  if (item?.kind !== Kind.NON_NULL_TYPE || item.type.kind !== Kind.NAMED_TYPE) return undefined;
  return { name: item.type.name.value, required, list: true };
}

function isForeign(name: string): name is ForeignEntity {
  return foreignEntities.some((entity) => entity === name);
}

function isScalar(name: string): name is ScalarType {
  return scalarTypes.some((scalar) => scalar === name);
}
