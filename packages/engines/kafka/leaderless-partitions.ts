import type { Cluster } from 'kafkajs';

const metadata = 3;
/** Of a partition whose leader is being found, away, or does not listen where we come from. The answer names all the others as well. */
const passing = new Set([5, 9, 72]);

interface MetadataAnswer {
  readonly topicMetadata: readonly {
    readonly partitionMetadata: readonly { readonly partitionErrorCode: number }[];
  }[];
}

interface Question {
  readonly request: { readonly apiKey: number };
  readonly response: { readonly parse: (answer: unknown) => unknown };
}

interface ConnectionPool {
  send(question: Question): Promise<unknown>;
}

/** What its types leave out of the driver's view of the brokers. */
interface Pools {
  readonly connectionPoolBuilder?: { build(destination?: object): Promise<ConnectionPool> };
}

/**
 * Lets a view of the brokers know all partitions while one has no leader. The driver refuses the whole answer for that, so that nobody finds any leader, or any coordinator, of
 * any topic until that one is back; here it is a partition with the leader -1, for who wants that one to see.
 */
export function knowingLeaderless(cluster: Cluster): Cluster {
  const { connectionPoolBuilder: builder } = cluster as Cluster & Pools;
  if (builder === undefined) throw new TypeError('the driver builds its connections elsewhere');
  const build = builder.build.bind(builder);
  builder.build = async (destination) => {
    const pool = await build(destination);
    const send = pool.send.bind(pool);
    pool.send = (question) => send(question.request.apiKey === metadata ? tolerant(question) : question);
    return pool;
  };
  return cluster;
}

function tolerant({ response, ...question }: Question): Question {
  const parse = (answer: unknown): unknown =>
    response.parse(isOfTheDriver(answer) ? withoutPassing(answer) : answer);
  return { ...question, response: { ...response, parse } };
}

/** Questions of our own decode nothing before they parse. */
function isOfTheDriver(answer: unknown): answer is MetadataAnswer {
  return typeof answer === 'object' && answer !== null && 'topicMetadata' in answer;
}

function withoutPassing(answer: MetadataAnswer): MetadataAnswer {
  return {
    ...answer,
    topicMetadata: answer.topicMetadata.map((topic) => ({
      ...topic,
      partitionMetadata: topic.partitionMetadata.map((partition) =>
        passing.has(partition.partitionErrorCode) ? { ...partition, partitionErrorCode: 0 } : partition,
      ),
    })),
  };
}
