import type { CallContext, IsOperator } from '@tributary/subgraph-kit';
import type { AnalyticsCore } from './core.ts';
import type { FindFile } from './domain/workspace-file.ts';
import type { PredictEntities } from './loaders/entity-predictions.ts';
import type { EntitySeriesLoader } from './loaders/entity-series.ts';
import type { ModelVersionsLoader } from './loaders/model-versions.ts';
import type { ShadowDriftLoader } from './loaders/shadow-drift.ts';
import type { PredictedFields } from './predictions/prediction-fields.ts';
import type { AnswerPoints } from './usecases/answer-points.ts';

export interface Context extends CallContext {
  readonly core: AnalyticsCore;
  readonly points: AnswerPoints;
  readonly entitySeries: EntitySeriesLoader;
  readonly modelVersions: ModelVersionsLoader;
  readonly shadowDrift: ShadowDriftLoader;
  readonly predictEntities: PredictEntities;
  readonly predictedFields: PredictedFields;
  readonly findFile: FindFile;
  readonly isOperator: IsOperator;
}
