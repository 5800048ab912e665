import { type DocumentNode, type GraphQLSchema, Kind, visit } from 'graphql';
import { asksForAll } from './asked-in-whole.ts';
import { tellsWhatIsBrought } from './brought-before.ts';
import { asksFor, type ContextFields, contextFields } from './context-fields.ts';
import { fromHivePlan } from './hive-plan.ts';
import { interfaceObjects, meets } from './interface-objects.ts';
import type { Plan } from './plan.ts';
import type { PlannedGraph } from './planner.ts';
import type { PlanningCall } from './planning-host.ts';
import type { KnownGraph } from './planning-messages.ts';
import { planningProcess } from './planning-process.ts';
import { ProvidedFields } from './provided-fields.ts';
import type { RequiredArguments } from './required-arguments.ts';
import { requiresInTwoWays } from './required-together.ts';
import type { SubgraphTypes } from './subgraph-types.ts';
import { ToldRequirements } from './told-requirements.ts';

/** What Hive's planner, the native one, plans of a graph, as far as it is right. */
export class NativePlans {
  readonly #graph: KnownGraph;
  readonly #apiSchema: GraphQLSchema;
  readonly #types: SubgraphTypes;
  readonly #interfaces: ReadonlySet<string>;
  readonly #contextual: ContextFields;
  readonly #provided: ProvidedFields;
  readonly #requirements: ToldRequirements;
  readonly #required: RequiredArguments | undefined;

  /** `required` is there where fields are required in several ways. */
  constructor(
    graph: KnownGraph,
    planned: PlannedGraph,
    { required, types }: { readonly required: RequiredArguments | undefined; readonly types: SubgraphTypes },
  ) {
    const { document, apiSchema, supergraphSchema } = planned;
    this.#graph = graph;
    this.#apiSchema = apiSchema;
    this.#types = types;
    this.#interfaces = interfaceObjects(document);
    this.#contextual = contextFields(supergraphSchema);
    this.#provided = new ProvidedFields(document, supergraphSchema);
    this.#requirements = new ToldRequirements(document, supergraphSchema);
    this.#required = required;
  }

  /** Whether its plan of an operation can be told to be right by looking at the plan. */
  takes(document: DocumentNode): boolean {
    return !meets(this.#apiSchema, document, this.#interfaces) && !hasDirectives(document);
  }

  /** Undefined where it makes none, or none that is right. @throws as the planning process does */
  async plan(call: PlanningCall): Promise<{ readonly plan: Plan } | undefined> {
    const found = await planningProcess.planNatively(this.#graph, call);
    if (found === undefined) return undefined;
    try {
      const plan = fromHivePlan(found);
      const isWrong =
        asksFor(plan, this.#contextual) ||
        this.#provided.isMisplacedIn(plan) ||
        this.#requirements.isMissingIn(plan) ||
        !tellsWhatIsBrought(plan) ||
        (this.#required !== undefined && requiresInTwoWays(plan, this.#required));
      return isWrong ? undefined : { plan };
    } catch {
      // It has a step that nobody knows here.
      return undefined;
    }
  }

  /** Of any operation, where nothing else plans it: what it leaves out is looked for. */
  async planInstead(
    call: PlanningCall,
    document: DocumentNode,
  ): Promise<{ readonly plan: Plan } | undefined> {
    if (hasDirectives(document)) return undefined;
    const found = await this.plan(call);
    return found !== undefined && asksForAll(found.plan, document, this.#types) ? found : undefined;
  }
}

/** Whether any directive is left where conditions are decided: one of the graph's own, which subgraphs are to see. */
function hasDirectives(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    [Kind.DIRECTIVE]: () => {
      found = true;
    },
  });
  return found;
}
