// Writes small ONNX models by hand: onnx.proto is public, and a test that makes its models says what is in them.

type Bytes = Uint8Array;

function varint(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest % 128) + (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Uint8Array.from(bytes);
}

export const number = (field: number, value: number): Bytes =>
  Buffer.concat([varint(field * 8), varint(value)]);
export const bytes = (field: number, value: Bytes): Bytes =>
  Buffer.concat([varint(field * 8 + 2), varint(value.length), value]);
export const text = (field: number, value: string): Bytes => bytes(field, Buffer.from(value));
export const message = (field: number, ...parts: readonly Bytes[]): Bytes =>
  bytes(field, Buffer.concat(parts));

/** Element types of TensorProto. */
export const element = { float: 1, int64: 7, string: 8, bool: 9, float16: 10, double: 11 } as const;

/** A ValueInfoProto; a text as a size is a dimension of any size. */
export function value(field: number, name: string, type: number, shape: readonly (number | string)[]): Bytes {
  const dims = shape.map((size) => message(1, typeof size === 'number' ? number(1, size) : text(2, size)));
  return message(field, text(1, name), message(2, message(1, number(1, type), message(2, ...dims))));
}

export interface NodeParts {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly domain?: string;
  readonly attributes?: readonly Bytes[];
}

export function node({ op, inputs, outputs, domain, attributes = [] }: NodeParts): Bytes {
  return message(
    1,
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, op),
    ...attributes.map((attribute) => bytes(5, attribute)),
    ...(domain === undefined ? [] : [text(7, domain)]),
  );
}

/** A ModelProto of one graph, from the fields of its GraphProto. */
export function onnxModel(graph: readonly Bytes[], extra: readonly Bytes[] = []): Bytes {
  return Buffer.concat([
    number(1, 8),
    message(7, ...graph, text(2, 'test')),
    message(8, text(1, ''), number(2, 17)),
    ...extra,
  ]);
}

/** `sum = a + b`, `a` a column of FLOAT and `b` of the given shape. */
export function addingModel(shape: readonly (number | string)[] = ['n', 1]): Bytes {
  return combiningModel('Add', shape);
}

/** Of the same signature as the adding one, and of other answers. */
export function multiplyingModel(): Bytes {
  return combiningModel('Mul', ['n', 1]);
}

function combiningModel(op: string, shape: readonly (number | string)[]): Bytes {
  return onnxModel([
    node({ op, inputs: ['a', 'b'], outputs: ['sum'] }),
    value(11, 'a', element.float, ['n', 1]),
    value(11, 'b', element.float, shape),
    value(12, 'sum', element.float, ['n', 'k']),
  ]);
}

/** Gives back what it gets, in every type that can be passed. */
export function echoingModel(): Bytes {
  const columns = Object.entries(element).filter(([name]) => name !== 'float16');
  return onnxModel([
    ...columns.map(([name]) => node({ op: 'Identity', inputs: [name], outputs: [`${name}_out`] })),
    ...columns.map(([name, type]) => value(11, name, type, ['n', 1])),
    ...columns.map(([name, type]) => value(12, `${name}_out`, type, ['n', 1])),
  ]);
}

/** The value of a list of three at a place, which may be none. */
export function choosingModel(): Bytes {
  const chosen = [10, 20, 30].map((each) => number(7, each));
  return onnxModel([
    node({ op: 'Gather', inputs: ['list', 'place'], outputs: ['chosen'] }),
    message(5, number(1, 3), number(2, element.int64), ...chosen, text(8, 'list')),
    value(11, 'place', element.int64, ['n', 1]),
    value(12, 'chosen', element.int64, ['n', 1]),
  ]);
}

/** The different ones among all that it gets. */
export function distinctModel(): Bytes {
  return onnxModel([
    node({ op: 'Unique', inputs: ['a'], outputs: ['different'] }),
    value(11, 'a', element.float, ['n', 1]),
    value(12, 'different', element.float, ['m']),
  ]);
}

/** Answers a list of zeros as long as its input says. */
export function spreadingModel(): Bytes {
  return onnxModel([
    node({ op: 'ConstantOfShape', inputs: ['size'], outputs: ['zeros'] }),
    value(11, 'size', element.int64, ['n']),
    value(12, 'zeros', element.float, ['m']),
  ]);
}

/** A list as long as its input says: what a prediction takes is up to who asks. */
export function hungryModel(): Bytes {
  return onnxModel([
    node({ op: 'ConstantOfShape', inputs: ['size'], outputs: ['zeros'] }),
    node({ op: 'ReduceSum', inputs: ['zeros'], outputs: ['total'] }),
    value(11, 'size', element.int64, ['n']),
    value(12, 'total', element.float, [1]),
  ]);
}

/** Says what a classifier of scikit-learn says unless it is told otherwise: a map by item, from each class to its score. */
export function mappingModel(): Bytes {
  const classes = Buffer.concat([text(1, 'classlabels_int64s'), number(8, 0), number(8, 1), number(20, 7)]);
  const float = message(2, message(1, number(1, element.float)));
  const map = message(1, message(5, number(1, element.int64), float));
  return onnxModel(
    [
      node({
        op: 'ZipMap',
        domain: 'ai.onnx.ml',
        inputs: ['scores'],
        outputs: ['probabilities'],
        attributes: [classes],
      }),
      value(11, 'scores', element.float, ['n', 2]),
      message(12, text(1, 'probabilities'), message(2, message(4, map))),
    ],
    [message(8, text(1, 'ai.onnx.ml'), number(2, 1))],
  );
}
