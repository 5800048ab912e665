import { Counter, Histogram, type Registry } from '@tributary/runtime';

/** Figures of planning. Labels are few and fixed. */
export interface PlanningFigures {
  readonly planSeconds: Histogram<'planner' | 'outcome'>;
  readonly waitSeconds: Histogram<'outcome'>;
  readonly processEnds: Counter<'reason'>;
}

/** What planning needs of a logger. */
export interface PlanningLog {
  warn(fields: object, message: string): void;
}

/** Who is told of planning, beside those who ask. */
export interface PlanningWatch {
  readonly log?: PlanningLog | undefined;
  readonly figures?: PlanningFigures | undefined;
}

/** Up to what a plan may take, and a place in the line. */
const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];

export function createPlanningFigures(registry: Registry): PlanningFigures {
  const registers = [registry];
  return {
    planSeconds: new Histogram({
      name: 'tributary_gateway_plan_duration_seconds',
      help: 'Time the planning process took for one plan.',
      labelNames: ['planner', 'outcome'],
      buckets: seconds,
      registers,
    }),
    waitSeconds: new Histogram({
      name: 'tributary_gateway_plan_wait_seconds',
      help: 'Time an operation waited until the planning process began with its plan, or until nobody waited any more.',
      labelNames: ['outcome'],
      buckets: seconds,
      registers,
    }),
    processEnds: new Counter({
      name: 'tributary_gateway_planning_process_ends_total',
      help: 'Ends of the planning process; the next question is asked of another one.',
      labelNames: ['reason'],
      registers,
    }),
  };
}
