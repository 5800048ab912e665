import type { ContractFile } from '@tributary/schema';
import { type Grant, isGrant } from '@tributary/subgraph-kit';
import { type DocumentNode, GraphQLError, Kind, type ObjectTypeDefinitionNode, parse, Source } from 'graphql';
import { checkNames } from './check-names.ts';
import { Faults, hint } from './faults.ts';
import { type Draft, linkLists } from './link-lists.ts';
import { type Model, type Models, systemAttributes } from './model.ts';
import { lowerFirst, pluralOf, snakeCase } from './names.ts';
import { type DirectiveValues, readDirectives } from './read-directives.ts';
import { readFields } from './read-fields.ts';

/**
 * Compiles model files to their intermediate form.
 * @throws CodedError MODEL_INVALID with every fault of every file, each with its place.
 */
export function parseModels(files: readonly ContractFile[]): Models {
  const faults = new Faults();
  const nodes = files.flatMap((file) => typesIn(file, faults));
  const names = new Set<string>();
  for (const node of nodes) {
    if (names.has(node.name.value)) faults.add(node, node.name.value, 'is defined twice');
    names.add(node.name.value);
  }
  const drafts = nodes.map((node) => ({ node, model: readModel(node, names, faults) }));
  const models = linkLists(drafts, faults);
  checkNames(drafts, faults);
  checkRequiredCircles(drafts, faults);
  for (const { node } of drafts.filter(({ model }) => model.room).slice(1)) {
    faults.add(node, node.name.value, 'only one model may be a @room');
  }
  faults.throwIfAny();
  return models;
}

/** Of models that require each other, or themselves, no first item could ever be made. */
function checkRequiredCircles(drafts: readonly Draft[], faults: Faults): void {
  const requiredBy = new Map(
    drafts.map(({ model }) => [
      model.name,
      model.attributes.flatMap(({ target, required }) => (required && target !== undefined ? [target] : [])),
    ]),
  );
  for (const { node, model } of drafts) {
    const reached = new Set<string>();
    const toVisit = [...(requiredBy.get(model.name) ?? [])];
    for (let name = toVisit.pop(); name !== undefined; name = toVisit.pop()) {
      if (reached.has(name)) continue;
      reached.add(name);
      toVisit.push(...(requiredBy.get(name) ?? []));
    }
    if (reached.has(model.name))
      faults.add(
        node,
        model.name,
        'requires itself, directly or through others: no first one could be made; write one of the references without !',
      );
  }
}

function typesIn(file: ContractFile, faults: Faults): readonly ObjectTypeDefinitionNode[] {
  const document = parsed(file, faults);
  return (document?.definitions ?? []).filter((definition) => {
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) return true;
    faults.add(definition, definition.kind, 'model files hold object types only');
    return false;
  }) as readonly ObjectTypeDefinitionNode[];
}

function parsed({ name, text }: ContractFile, faults: Faults): DocumentNode | undefined {
  if (text.split('\n').every((line) => /^\s*(#.*)?$/.test(line))) {
    faults.addText(`${name} holds no model; remove it, or write one`);
    return undefined;
  }
  try {
    return parse(new Source(text, name));
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    faults.addText(`${name}, line ${error.locations?.[0]?.line ?? 1}: ${error.message}`);
    return undefined;
  }
}

function readModel(node: ObjectTypeDefinitionNode, names: ReadonlySet<string>, faults: Faults): Model {
  const name = node.name.value;
  if (!/^[A-Z][A-Za-z0-9]{0,40}$/.test(name))
    faults.add(node, name, 'a model is named like AirportTerminal, up to 41 letters and digits');
  if ((node.interfaces ?? []).length > 0) faults.add(node, name, 'models implement no interfaces');
  const directives = readDirectives(
    { coordinate: name, directives: node.directives ?? [], on: 'type' },
    faults,
  );
  const declared = directives.get('model');
  const access = directives.get('access');
  if (declared === undefined) faults.add(node, name, 'has no @model');
  if (access === undefined) faults.add(node, name, 'has no @access: say who may read and write it');
  const store = declared?.['store'] ?? 'RELATIONAL';
  if (store !== 'RELATIONAL' && store !== 'DOCUMENT')
    faults.add(node, name, `store is RELATIONAL or DOCUMENT, not ${String(store)}`);
  const singular = lowerFirst(name);
  const plural = declared?.['plural'] ?? pluralOf(singular);
  if (typeof plural !== 'string' || !/^[a-z][A-Za-z0-9]{0,44}$/.test(plural))
    faults.add(node, name, 'plural is a name like airports');
  return {
    name,
    description: node.description?.value,
    store: store === 'DOCUMENT' ? 'DOCUMENT' : 'RELATIONAL',
    singular,
    plural: String(plural),
    table: snakeCase(name),
    ...withSystemAttributes(readFields(node, names, faults)),
    read: grantsOf(access, 'read', { node, faults }),
    write: grantsOf(access, 'write', { node, faults }),
    room: directives.has('room'),
  };
}

function withSystemAttributes(
  fields: Pick<Model, 'attributes' | 'lists'>,
): Pick<Model, 'attributes' | 'lists'> {
  return { attributes: [...systemAttributes, ...fields.attributes], lists: fields.lists };
}

function grantsOf(
  access: ReturnType<DirectiveValues['get']>,
  side: 'read' | 'write',
  { node, faults }: { node: ObjectTypeDefinitionNode; faults: Faults },
): readonly Grant[] {
  if (access === undefined) return [];
  const value = access[side];
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
  if (list.length === 0) faults.add(node, node.name.value, `@access names nobody for ${side}`);
  return list.filter((grant) => {
    if (isGrant(grant)) return true;
    const meant = hint(String(grant), [
      'PUBLIC',
      'SIGNED_IN',
      'MEMBER',
      'VIEWER',
      'EDITOR',
      'ADMIN',
      'OWNER',
      'OWNER_OF_ROW',
    ]);
    faults.add(node, node.name.value, `@access ${side}: ${String(grant)} is not a grant${meant}`);
    return false;
  });
}
