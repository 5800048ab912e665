import { type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import { argumentsOf } from './directive-arguments.ts';

/** Labels of `@override(label:)` that hold for one operation: the fields they stand at come from the subgraph that overrides. */
export interface LabelsInForce {
  /** Operations with the same key are planned alike. */
  readonly key: string;
  readonly labels: ReadonlySet<string>;
  /** 0 up to 100: labels of a larger percentage are in force. */
  readonly drawn: number;
}

/** Federation has one form that a gateway decides by itself; every other label is a name that whoever runs it puts in force. */
const percentage = /^percent\((\d{1,3}(?:\.\d+)?)\)$/;

/** The labels of a supergraph. */
export class OverrideLabels {
  /** As the largest lot draws: of percentages those alone are in force that every operation has. */
  readonly settled: LabelsInForce;
  readonly all: readonly string[];
  /** Those there are: what is drawn between two percentages is planned alike. */
  readonly #ranges: readonly LabelsInForce[];
  readonly #random: () => number;

  /** `named` are in force for every operation; `random` answers 0 up to 1. */
  constructor(supergraphSchema: GraphQLSchema, named: readonly string[], random: () => number = Math.random) {
    this.#random = random;
    this.all = labelsOf(supergraphSchema);
    const always = this.all.filter((label) => named.includes(label) && !percentage.test(label));
    const parts = this.all.flatMap((label) => {
      const [, percent] = percentage.exec(label) ?? [];
      return percent === undefined ? [] : [{ label, percent: Number(percent) }];
    });
    const from = (drawn: number): LabelsInForce => {
      const labels = parts.filter(({ percent }) => drawn < percent).map(({ label }) => label);
      return { key: labels.join(), labels: new Set([...always, ...labels]), drawn };
    };
    const bounds = [...new Set([0, ...parts.map(({ percent }) => percent)])].sort((a, b) => a - b);
    this.#ranges = bounds.map(from);
    this.settled = from(bounds.findLast((bound) => bound < 100) ?? 0);
  }

  /** Those of one operation, by lot where they are of a percentage: by the given one, 0 up to 100, or one of its own. */
  drawn(lot?: number): LabelsInForce {
    if (this.#ranges.length === 1) return this.settled;
    const drawn = lot ?? this.#random() * 100;
    return this.#ranges.findLast((range) => range.drawn <= drawn) ?? this.settled;
  }
}

function labelsOf(supergraphSchema: GraphQLSchema): readonly string[] {
  const labels = new Set<string>();
  for (const type of Object.values(supergraphSchema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const { astNode } of Object.values(type.getFields()))
      for (const directive of astNode?.directives ?? []) {
        const { overrideLabel } = argumentsOf(directive, 'join__field');
        if (typeof overrideLabel === 'string') labels.add(overrideLabel);
      }
  }
  return [...labels].sort();
}
