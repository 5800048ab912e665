import { type FieldNode, Kind, parse, print, visit } from 'graphql';
import type { EntityFetch, PlanNode, PlanPath, PlanStep, Requirement, Rewriting, RootFetch } from './plan.ts';

/** A field that is asked of some types of the objects at its place alone. */
export interface FieldOfTypes {
  /** As the operation calls it. */
  readonly key: string;
  readonly types: readonly string[];
  /** The name of objects of which no more is known than that they are one of those: an interface that their subgraph has as an object. */
  readonly unknown: string;
}

/**
 * An operation whose fields of some types have names of their own: subgraphs that have an interface as an object cannot tell its types apart, and a planner asks
 * all objects for what is asked of any. By the names it is known, in the plan, of which types a field is asked.
 */
export class FieldsOfTypes {
  readonly #taken: (name: string) => boolean;
  readonly #nameOf = new Map<string, string>();
  readonly #fields = new Map<string, FieldOfTypes>();

  /** `taken` are names that mean something else. */
  constructor(taken: (name: string) => boolean) {
    this.#taken = taken;
  }

  named(field: FieldNode, types: readonly string[], unknown: string): FieldNode {
    const key = (field.alias ?? field.name).value;
    const asked = [key, unknown, ...types].join(' ');
    let value = this.#nameOf.get(asked);
    if (value === undefined) {
      for (let at = this.#fields.size; value === undefined || this.#taken(value); at += 1)
        value = `${key}__of_${at}`;
      this.#nameOf.set(asked, value);
      this.#fields.set(value, { key, types, unknown });
    }
    return { ...field, alias: { kind: Kind.NAME, value } };
  }

  of(field: FieldNode): FieldOfTypes | undefined {
    return field.alias === undefined ? undefined : this.#fields.get(field.alias.value);
  }

  get isEmpty(): boolean {
    return this.#fields.size === 0;
  }

  /** A look-up of such fields is about objects of those types. */
  lookUp(fetch: EntityFetch, { types, unknown }: FieldOfTypes): EntityFetch {
    const groups = fetch.groups.map((group) => ({
      ...group,
      paths: group.paths.map((path) => [...path, { types, unknown }]),
    }));
    return { ...fetch, groups };
  }

  /** The plan with the operation's own names. */
  withOwnNames(plan: PlanNode): PlanNode {
    if (this.isEmpty) return plan;
    if (plan.kind === 'sequence' || plan.kind === 'parallel')
      return { ...plan, nodes: plan.nodes.map((node) => this.withOwnNames(node)) };
    return plan.kind === 'root' ? this.#root(plan) : this.#entities(plan);
  }

  #root(fetch: RootFetch): RootFetch {
    return {
      ...fetch,
      operation: this.#text(fetch.operation),
      path: this.#path(fetch.path),
      outputRewrites: fetch.outputRewrites.map((each) => this.#rewriting(each)),
    };
  }

  #entities(fetch: EntityFetch): EntityFetch {
    return {
      ...fetch,
      operation: this.#text(fetch.operation),
      groups: fetch.groups.map((group) => ({
        ...group,
        paths: group.paths.map((path) => this.#path(path)),
        requires: group.requires.map((each) => this.#requirement(each)),
        inputRewrites: group.inputRewrites.map((each) => this.#rewriting(each)),
        outputRewrites: group.outputRewrites.map((each) => this.#rewriting(each)),
      })),
      context: fetch.context.map((argument) => ({
        ...argument,
        sources: argument.sources.map((source) => ({ ...source, path: this.#path(source.path) })),
      })),
    };
  }

  #text(operation: string): string {
    const document = visit(parse(operation, { noLocation: true }), {
      [Kind.FIELD]: {
        leave: ({ alias, ...field }: FieldNode): FieldNode | undefined => {
          const own = alias && this.#fields.get(alias.value);
          if (own === undefined) return undefined;
          return own.key === field.name.value
            ? field
            : { ...field, alias: { kind: Kind.NAME, value: own.key } };
        },
      },
    });
    return print(document);
  }

  /** Under one name there may be fields of other types as well. */
  #path(path: PlanPath): PlanPath {
    return path.flatMap((step): readonly PlanStep[] => {
      const own = typeof step === 'string' ? this.#fields.get(step) : undefined;
      return own === undefined ? [step] : [{ types: own.types, unknown: own.unknown }, own.key];
    });
  }

  #key(key: string): string {
    return this.#fields.get(key)?.key ?? key;
  }

  #requirement(requirement: Requirement): Requirement {
    const below = requirement.below.map((each) => this.#requirement(each));
    if (requirement.kind === 'fragment') return { ...requirement, below };
    return { ...requirement, from: this.#key(requirement.from), to: this.#key(requirement.to), below };
  }

  #rewriting(rewriting: Rewriting): Rewriting {
    const path = rewriting.path.map((step) => (typeof step === 'string' ? this.#key(step) : step));
    const key = this.#key(rewriting.key);
    return rewriting.kind === 'set'
      ? { ...rewriting, path, key }
      : { ...rewriting, path, key, to: this.#key(rewriting.to) };
  }
}
