import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { namedFragments } from '../execution/named-fragments.ts';

/** What an operation asks for, with its fragments counted wherever they are spread. */
export interface OperationShape {
  readonly depth: number;
  /** Depth below `__schema` and `__type`, which standard tools nest deeper than anybody nests data. */
  readonly introspectionDepth: number;
  readonly fields: number;
  readonly aliases: number;
  readonly directives: number;
  readonly rootFields: number;
}

type Counts = { -readonly [Name in keyof OperationShape]: number };

/**
 * Measures the operations and fragments of a document in time proportional to its text: each fragment is measured once, so that fragments which spread
 * fragments cannot make the measuring exponential. A fragment that contains itself counts as empty (validation names it).
 */
export class DocumentShapes {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #measured = new Map<string, OperationShape>();

  constructor(document: DocumentNode) {
    this.#fragments = namedFragments(document);
  }

  of({ selectionSet, directives = [] }: OperationDefinitionNode | FragmentDefinitionNode): OperationShape {
    const counts = this.#selection(selectionSet);
    return { ...counts, directives: counts.directives + directives.length };
  }

  #fragment(name: string): OperationShape {
    const known = this.#measured.get(name);
    if (known !== undefined) return known;
    const definition = this.#fragments.get(name);
    this.#measured.set(name, empty());
    const counts = definition === undefined ? empty() : this.#selection(definition.selectionSet);
    this.#measured.set(name, counts);
    return counts;
  }

  #selection(set: SelectionSetNode): OperationShape {
    const sum = empty();
    for (const node of set.selections) {
      sum.directives += node.directives?.length ?? 0;
      if (node.kind === Kind.FRAGMENT_SPREAD) add(sum, this.#fragment(node.name.value));
      else if (node.kind === Kind.INLINE_FRAGMENT) add(sum, this.#selection(node.selectionSet));
      else {
        const inner = node.selectionSet === undefined ? empty() : this.#selection(node.selectionSet);
        const introspects = node.name.value === '__schema' || node.name.value === '__type';
        add(sum, {
          ...inner,
          depth: introspects ? 1 : inner.depth + 1,
          introspectionDepth: introspects ? inner.depth + 1 : inner.introspectionDepth,
          fields: inner.fields + 1,
          aliases: inner.aliases + (node.alias === undefined ? 0 : 1),
          rootFields: 1,
        });
      }
    }
    return sum;
  }
}

/** The shape of one operation of a document. */
export function operationShape(document: DocumentNode, operation: OperationDefinitionNode): OperationShape {
  return new DocumentShapes(document).of(operation);
}

function empty(): Counts {
  return { depth: 0, introspectionDepth: 0, fields: 0, aliases: 0, directives: 0, rootFields: 0 };
}

function add(sum: Counts, more: OperationShape): void {
  sum.depth = Math.max(sum.depth, more.depth);
  sum.introspectionDepth = Math.max(sum.introspectionDepth, more.introspectionDepth);
  sum.fields += more.fields;
  sum.aliases += more.aliases;
  sum.directives += more.directives;
  sum.rootFields += more.rootFields;
}
