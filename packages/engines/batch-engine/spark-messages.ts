/**
 * What we speak of Spark Connect, protobuf version 3, package `spark.connect` (Spark 4.1, Apache-2.0): the messages and fields that are
 * sent or read here, by the numbers Spark gave them. Fields that are not listed are skipped when they come, as the wire format has it.
 */
type FieldText = readonly [number: number, type: string];
type Fields = Readonly<Record<string, FieldText>>;

const session: Fields = { sessionId: [1, 'string'], userContext: [2, 'UserContext'] };
const empty: Fields = {};

const messages: Readonly<Record<string, Fields>> = {
  UserContext: { userId: [1, 'string'] },

  Plan: { root: [1, 'Relation'], command: [2, 'Command'] },
  Relation: {
    read: [2, 'Read'],
    limit: [8, 'Limit'],
    sql: [10, 'Sql'],
    repartition: [17, 'Repartition'],
  },
  Read: { dataSource: [2, 'DataSource'] },
  DataSource: {
    format: [1, 'string'],
    schema: [2, 'string'],
    options: [3, 'map string'],
    paths: [4, 'repeated string'],
  },
  Limit: { input: [1, 'Relation'], limit: [2, 'int32'] },
  Sql: { query: [1, 'string'] },
  Repartition: { input: [1, 'Relation'], numPartitions: [2, 'int32'], shuffle: [3, 'bool'] },
  Command: { writeOperation: [2, 'WriteOperation'], createDataframeView: [3, 'CreateView'] },
  CreateView: { input: [1, 'Relation'], name: [2, 'string'], isGlobal: [3, 'bool'], replace: [4, 'bool'] },
  WriteOperation: {
    input: [1, 'Relation'],
    source: [2, 'string'],
    path: [3, 'string'],
    mode: [5, 'int32'],
    options: [9, 'map string'],
  },

  ConfigRequest: { ...session, operation: [3, 'ConfigOperation'] },
  ConfigOperation: { set: [1, 'ConfigSet'] },
  ConfigSet: { pairs: [1, 'repeated KeyValue'] },
  KeyValue: { key: [1, 'string'], value: [2, 'string'] },
  ConfigResponse: empty,

  AnalyzePlanRequest: { ...session, schema: [4, 'AnalyzeSchema'], sparkVersion: [10, 'Nothing'] },
  AnalyzeSchema: { plan: [1, 'Plan'] },
  AnalyzePlanResponse: { schema: [2, 'SchemaResult'], sparkVersion: [10, 'SparkVersion'] },
  SchemaResult: { schema: [1, 'DataType'] },
  SparkVersion: { version: [1, 'string'] },

  ExecutePlanRequest: {
    ...session,
    plan: [3, 'Plan'],
    requestOptions: [5, 'repeated RequestOption'],
    operationId: [6, 'string'],
  },
  RequestOption: { reattachOptions: [1, 'ReattachOptions'] },
  ReattachOptions: { reattachable: [1, 'bool'] },
  ReattachExecuteRequest: { ...session, operationId: [3, 'string'], lastResponseId: [5, 'string'] },
  ExecutePlanResponse: {
    arrowBatch: [2, 'ArrowBatch'],
    responseId: [13, 'string'],
    resultComplete: [14, 'Nothing'],
    executionProgress: [18, 'ExecutionProgress'],
  },
  ArrowBatch: { rowCount: [1, 'int64'], data: [2, 'bytes'] },
  ExecutionProgress: { stages: [1, 'repeated Stage'] },
  Stage: { numTasks: [2, 'int64'], numCompletedTasks: [3, 'int64'] },
  Nothing: empty,

  ReleaseExecuteRequest: { ...session, operationId: [3, 'string'], releaseUntil: [6, 'ReleaseUntil'] },
  ReleaseUntil: { responseId: [1, 'string'] },
  ReleaseExecuteResponse: empty,
  ReleaseSessionRequest: session,
  ReleaseSessionResponse: empty,
  InterruptRequest: { ...session, interruptType: [4, 'int32'], operationId: [6, 'string'] },
  InterruptResponse: { interruptedIds: [2, 'repeated string'] },

  FetchErrorDetailsRequest: { ...session, errorId: [3, 'string'] },
  FetchErrorDetailsResponse: { rootErrorIdx: [1, 'int32'], errors: [2, 'repeated ErrorDetails'] },
  ErrorDetails: {
    types: [1, 'repeated string'],
    message: [2, 'string'],
    causeIdx: [4, 'int32'],
    sparkThrowable: [5, 'SparkThrowable'],
  },
  SparkThrowable: {
    errorClass: [1, 'string'],
    messageParameters: [2, 'map string'],
    queryContexts: [3, 'repeated QueryContext'],
    sqlState: [4, 'string'],
  },
  QueryContext: { objectName: [2, 'string'], startIndex: [3, 'int32'] },

  /** Of a type its kind is enough, and what is inside of a row. */
  DataType: {
    binary: [2, 'Nothing'],
    boolean: [3, 'Nothing'],
    byte: [4, 'Nothing'],
    short: [5, 'Nothing'],
    integer: [6, 'Nothing'],
    long: [7, 'Nothing'],
    float: [8, 'Nothing'],
    double: [9, 'Nothing'],
    decimal: [10, 'Nothing'],
    string: [11, 'Nothing'],
    date: [14, 'Nothing'],
    timestamp: [15, 'Nothing'],
    timestampNtz: [16, 'Nothing'],
    array: [20, 'Array'],
    struct: [21, 'Struct'],
    map: [22, 'Nothing'],
  },
  Array: { elementType: [1, 'DataType'] },
  Struct: { fields: [1, 'repeated StructField'] },
  StructField: { name: [1, 'string'], dataType: [2, 'DataType'] },

  /** `google.rpc.Status` and `google.rpc.ErrorInfo`, which tell an error's id (gRPC, richer error model). */
  Status: { details: [3, 'repeated Any'] },
  Any: { typeUrl: [1, 'string'], value: [2, 'bytes'] },
  ErrorInfo: { reason: [1, 'string'], metadata: [3, 'map string'] },
};

const methods = {
  AnalyzePlan: ['AnalyzePlanRequest', 'AnalyzePlanResponse'],
  Config: ['ConfigRequest', 'ConfigResponse'],
  ExecutePlan: ['ExecutePlanRequest', 'ExecutePlanResponse'],
  ReattachExecute: ['ReattachExecuteRequest', 'ExecutePlanResponse'],
  ReleaseExecute: ['ReleaseExecuteRequest', 'ReleaseExecuteResponse'],
  ReleaseSession: ['ReleaseSessionRequest', 'ReleaseSessionResponse'],
  Interrupt: ['InterruptRequest', 'InterruptResponse'],
  FetchErrorDetails: ['FetchErrorDetailsRequest', 'FetchErrorDetailsResponse'],
} as const;

export type SparkMethod = keyof typeof methods;

export const sparkService = 'SparkConnectService';
const streaming: readonly string[] = ['ExecutePlan', 'ReattachExecute'];

function field([id, text]: FieldText) {
  const [first = '', second = ''] = text.split(' ');
  if (first === 'map') return { keyType: 'string', type: second, id };
  return second === '' ? { type: first, id } : { rule: first, type: second, id };
}

/** The JSON form of a descriptor, as protobuf.js reads it; its names have no package before them, and only the wire's paths need one. */
export const sparkDescriptor = {
  nested: {
    ...Object.fromEntries(
      Object.entries(messages).map(([name, fields]) => [
        name,
        {
          fields: Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, field(value)])),
        },
      ]),
    ),
    [sparkService]: {
      methods: Object.fromEntries(
        Object.entries(methods).map(([name, [requestType, responseType]]) => [
          name,
          { requestType, responseType, responseStream: streaming.includes(name), comment: '' },
        ]),
      ),
    },
  },
};
