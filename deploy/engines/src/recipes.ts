import type { EngineRecipe } from './recipe.ts';
import { flink } from './recipes/flink.ts';
import { kafka } from './recipes/kafka.ts';
import { mongo } from './recipes/mongo.ts';
import { postgres } from './recipes/postgres.ts';
import { redis } from './recipes/redis.ts';
import { s3 } from './recipes/s3.ts';
import { spark } from './recipes/spark.ts';
import { toxiproxy } from './recipes/toxiproxy.ts';

/** Every engine that can be provisioned; another one is another file and another word here. */
export const recipes: readonly EngineRecipe[] = [postgres, redis, kafka, mongo, s3, flink, spark, toxiproxy];
