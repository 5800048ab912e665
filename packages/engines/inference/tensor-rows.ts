import {
  inferenceLimits,
  type ModelInputs,
  type ModelOutputs,
  type ModelSignature,
  type TensorSpec,
  type TensorType,
  type TensorValue,
} from './port.ts';

export type TensorData =
  | Float32Array
  | Float64Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | readonly string[];

export interface Tensor {
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

export interface InputFault {
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** An item that fits: its values laid out flat, and its sizes without the first dimension, by input. */
export interface FlatItem {
  readonly values: Readonly<Record<string, readonly Scalar[]>>;
  readonly sizes: Readonly<Record<string, readonly number[]>>;
}

type Scalar = number | bigint | boolean | string;

/** Holds one item against the signature. */
export function flatItem(signature: ModelSignature, item: ModelInputs): FlatItem | InputFault {
  const known = new Set(signature.inputs.map(({ name }) => name));
  for (const name of Object.keys(item)) {
    if (!known.has(name)) return fault(name, 'is not an input of the model', { inputs: [...known] });
  }
  const values: Record<string, readonly Scalar[]> = Object.create(null);
  const sizes: Record<string, readonly number[]> = Object.create(null);
  for (const spec of signature.inputs) {
    if (!Object.hasOwn(item, spec.name)) return fault(spec.name, 'is missing', { type: spec.type });
    const inner = spec.shape.slice(1);
    const given = item[spec.name];
    // A plain value stands for the list of one that a column is.
    const isColumn = inner.length === 1 && (inner[0] === 1 || inner[0] === null);
    const wrapped = isColumn && !Array.isArray(given) ? [given] : given;
    const flat: Scalar[] = [];
    const size: number[] = [];
    const why = flatten(wrapped, { spec, inner, depth: 0, flat, size });
    if (why !== undefined) {
      const orList = isColumn && !Array.isArray(given) ? ', or a list of one' : '';
      return fault(spec.name, `${why}${orList}`, { type: spec.type, shape: inner });
    }
    // Below an empty list nothing told how long the lists are.
    inner.forEach((expected, depth) => {
      size[depth] ??= expected ?? 0;
    });
    values[spec.name] = flat;
    sizes[spec.name] = size;
  }
  return { values, sizes };
}

/** Items of equal sizes as one tensor an input. */
export function tensorsOf(signature: ModelSignature, items: readonly FlatItem[]): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  for (const { name, type, shape } of signature.inputs) {
    const all = items.flatMap(({ values }) => values[name] ?? []);
    const inner = items[0]?.sizes[name] ?? [];
    tensors[name] = {
      type,
      dims: shape.length === 0 ? [] : [items.length, ...inner],
      data: dataOf(type, all),
    };
  }
  return tensors;
}

/** What a model was asked for. */
export interface AskedOutputs {
  readonly count: number;
  /** As its signature has them. */
  readonly outputs: readonly TensorSpec[];
}

/** How many values `outputRows` would make of them. */
export function outputValues(tensors: Readonly<Record<string, Tensor>>, asked: AskedOutputs): number {
  return Object.entries(tensors).reduce(
    (total, [name, { dims, data }]) =>
      total + data.length * (countsItems(name, dims, asked) ? 1 : asked.count),
    0,
  );
}

/**
 * Whether the first dimension of an output counts items. One that is declared to be of a fixed length above one does not, also where a call has as many
 * items by chance: what a model says of an item does not depend on how many are asked for.
 */
function countsItems(name: string, dims: readonly number[], { count, outputs }: AskedOutputs): boolean {
  const [declared = null] = outputs.find((output) => output.name === name)?.shape ?? [];
  const isFixed = declared !== null && declared > 1 && declared === dims[0];
  return dims[0] === count && !isFixed;
}

/** Whether some output has a first dimension that may be of any size, and is of another one than the items are: what it says of one of them cannot be told from what it says of others. */
export function countsNoItems(
  tensors: Readonly<Record<string, Tensor>>,
  { count, outputs }: AskedOutputs,
): boolean {
  return Object.entries(tensors).some(
    ([
      name,
      {
        dims: [first],
      },
    ]) => {
      const [declared = null] = outputs.find((output) => output.name === name)?.shape ?? [];
      return declared === null && first !== undefined && first !== count;
    },
  );
}

/** The outputs of each of `count` items. */
export function outputRows(
  tensors: Readonly<Record<string, Tensor>>,
  asked: AskedOutputs,
): readonly ModelOutputs[] {
  const { count } = asked;
  return Array.from({ length: count }, (_, at) => {
    const row: Record<string, TensorValue> = {};
    for (const [name, { type, dims, data }] of Object.entries(tensors)) {
      // An output that does not count items is the same for all of them; of one item it may look as if it did, so that a first dimension of one never shows.
      const own = countsItems(name, dims, asked);
      const inner = own || dims[0] === 1 ? dims.slice(1) : dims;
      const length = inner.reduce((product, size) => product * size, 1);
      row[name] = nested({ type, data, inner }, own ? at * length : 0, length);
    }
    return row;
  });
}

interface Flattening {
  readonly spec: TensorSpec;
  readonly inner: readonly (number | null)[];
  readonly depth: number;
  readonly flat: Scalar[];
  readonly size: number[];
}

/** Appends a nested list to `flat`; the reason when it does not fit. Every list of one depth must be of one length. */
function flatten(value: unknown, into: Flattening): string | undefined {
  const { spec, inner, depth, flat, size } = into;
  if (depth === inner.length) {
    const scalar = scalarOf(value, spec.type);
    if (scalar === undefined) return `must be ${article(spec.type)}`;
    if (flat.length >= inferenceLimits.batchValues) return 'has too many values';
    flat.push(scalar);
    return undefined;
  }
  if (!Array.isArray(value)) return 'must be a list';
  const expected = inner[depth];
  if (typeof expected === 'number' && value.length !== expected) return `must be a list of ${expected}`;
  size[depth] ??= value.length;
  if (size[depth] !== value.length) return 'must have lists of equal length';
  for (const each of value) {
    const why = flatten(each, { ...into, depth: depth + 1 });
    if (why !== undefined) return why;
  }
  return undefined;
}

function scalarOf(value: unknown, type: TensorType): Scalar | undefined {
  switch (type) {
    case 'STRING':
      return typeof value === 'string' && value.length <= inferenceLimits.textChars ? value : undefined;
    case 'BOOL':
      return typeof value === 'boolean' ? value : undefined;
    case 'INT32':
      return typeof value === 'number' && (value | 0) === value ? value : undefined;
    case 'INT64':
      return int64Of(value);
    case 'FLOAT':
      // Beyond what 32 bits hold it would become infinite.
      return typeof value === 'number' && Number.isFinite(Math.fround(value)) ? value : undefined;
    default:
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  }
}

function int64Of(value: unknown): bigint | undefined {
  const integer =
    Number.isSafeInteger(value) ||
    typeof value === 'bigint' ||
    (typeof value === 'string' && /^-?\d{1,19}$/.test(value));
  if (!integer) return undefined;
  const big = BigInt(value as number | bigint | string);
  return BigInt.asIntN(64, big) === big ? big : undefined;
}

function dataOf(type: TensorType, values: readonly Scalar[]): TensorData {
  switch (type) {
    case 'FLOAT':
      return Float32Array.from(values as number[]);
    case 'DOUBLE':
      return Float64Array.from(values as number[]);
    case 'INT32':
      return Int32Array.from(values as number[]);
    case 'INT64':
      return BigInt64Array.from(values as bigint[]);
    case 'BOOL':
      return Uint8Array.from(values as boolean[], Number);
    default:
      return values as string[];
  }
}

function nested(
  tensor: { type: TensorType; data: TensorData; inner: readonly number[] },
  from: number,
  length: number,
): TensorValue {
  const scalar = (at: number): TensorValue => {
    const value = tensor.data[at];
    return tensor.type === 'BOOL' ? value === 1 : (value ?? 0);
  };
  if (length === 1 && tensor.inner.length <= 1) return scalar(from);
  const build = (depth: number, start: number, span: number): TensorValue => {
    const size = tensor.inner[depth];
    if (size === undefined) return scalar(start);
    const step = size === 0 ? 0 : span / size;
    return Array.from({ length: size }, (_, at) => build(depth + 1, start + at * step, step));
  };
  return build(0, from, length);
}

const article = (type: TensorType): string =>
  ({
    FLOAT: 'a finite number of 32 bits',
    DOUBLE: 'a finite number',
    INT32: 'a 32-bit integer',
    INT64: 'a 64-bit integer, or its digits as a text',
    BOOL: 'a boolean',
    STRING: `a text of at most ${inferenceLimits.textChars} characters`,
  })[type];

function fault(input: string, why: string, details: Readonly<Record<string, unknown>>): InputFault {
  const name = input.length > 100 ? `${input.slice(0, 100)}…` : input;
  return { message: `The input "${name}" ${why}.`, details: { input: name, ...details } };
}
