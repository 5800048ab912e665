import type { DocumentNode } from 'graphql';
import type { LabelsInForce } from './override-labels.ts';
import type { Plan } from './plan.ts';

/** Plans operations over one supergraph. */
export interface Planner {
  /**
   * A validated operation in which nothing depends on conditions any more.
   * @throws GraphQLError or CodedError when it cannot be planned.
   */
  plan(document: DocumentNode, operationName: string | undefined, labels: LabelsInForce): Plan;
}
