import type { Principal } from '@tributary/subgraph-kit';
import DataLoader from 'dataloader';
import type { AnalyticsCore } from '../core.ts';
import { askedRange } from '../domain/metric-question.ts';
import { askedWindow, boundedResults, type Series, seriesOf } from '../usecases/read-series.ts';
import { visibleMetric } from '../usecases/visible-metric.ts';

/** What a metric's field of one entity asks for. */
export interface EntityQuestion {
  readonly metric: string;
  readonly by: string;
  readonly window: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Of the entity. */
  readonly id: string;
}

export type EntitySeriesLoader = DataLoader<EntityQuestion, Series, string>;

const maxBatch = 500;

/** Series of many entities: one statement for all that ask for the same metric, window and time. */
export function entitySeriesLoader(core: AnalyticsCore, principal: Principal): EntitySeriesLoader {
  return new DataLoader(
    async (questions) => {
      const byShape = new Map<string, EntityQuestion[]>();
      for (const question of questions) {
        const shape = shapeOf(question);
        const alike = byShape.get(shape);
        if (alike === undefined) byShape.set(shape, [question]);
        else alike.push(question);
      }
      const loaded = new Map<string, Series | Error>();
      await Promise.all(
        [...byShape.values()].map(async (alike) => {
          const answers = await loadAlike(core, principal, alike).catch((error: Error) => error);
          alike.forEach((question, at) => {
            const answer = answers instanceof Error ? answers : answers[at];
            if (answer !== undefined) loaded.set(keyOf(question), answer);
          });
        }),
      );
      return questions.map(
        (question) => loaded.get(keyOf(question)) ?? new Error('a question was not answered'),
      );
    },
    { maxBatchSize: maxBatch, cacheKeyFn: keyOf },
  );
}

async function loadAlike(
  core: AnalyticsCore,
  principal: Principal,
  questions: readonly EntityQuestion[],
): Promise<readonly Series[]> {
  const [first] = questions;
  if (first === undefined) return [];
  const metric = visibleMetric(core, principal, first.metric);
  const window = askedWindow(metric, first.window);
  const { workspaceId } = principal;
  const needsLatest = first.from === undefined || first.to === undefined;
  const latestMs = needsLatest ? (await core.streamEngine.progress(metric.name, workspaceId)).latestMs : null;
  const grouping = [first.by];
  const results = await core.streamEngine.series({
    pipeline: metric.name,
    workspaceId,
    window: window.name,
    grouping,
    where: { [first.by]: questions.map(({ id }) => id) },
    ...askedRange(first, window, latestMs),
    limit: 20_001,
  });
  const byId = new Map(
    seriesOf(metric, grouping, boundedResults(results)).map((series) => [series.group[0], series]),
  );
  return questions.map(({ id }) => byId.get(id) ?? { metric, grouping, group: [id], windows: [] });
}

function shapeOf({ metric, by, window, from, to }: EntityQuestion): string {
  return JSON.stringify([metric, by, window, from, to]);
}

function keyOf(question: EntityQuestion): string {
  return `${shapeOf(question)}${question.id}`;
}
