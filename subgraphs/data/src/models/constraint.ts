/** Bounds of a number, inclusive, or of a text's length in Unicode code points, which is how PostgreSQL and JSON Schema count. */
export type Constraint = Readonly<Partial<Record<Bound, number>>>;

export const bounds = ['min', 'max', 'minLength', 'maxLength'] as const;

export type Bound = (typeof bounds)[number];

export interface ConstrainedField {
  /** Its type; only numbers and texts can be bounded. */
  readonly type: string;
  /** How long its text may be in any case. */
  readonly mostLength: number;
  readonly fault: (problem: string) => void;
}

const fitting: ReadonlyMap<string, readonly Bound[]> = new Map([
  ['Int', ['min', 'max']],
  ['Float', ['min', 'max']],
  ['String', ['minLength', 'maxLength']],
  ['ID', ['minLength', 'maxLength']],
]);

const int32 = 2 ** 31;

/** The bounds that the arguments of `@constraint` set; what is wrong with them goes to `fault`. */
export function readConstraint(
  args: Readonly<Record<string, unknown>>,
  { type, mostLength, fault }: ConstrainedField,
): Constraint {
  const constraint: Partial<Record<Bound, number>> = {};
  for (const bound of bounds) {
    const value = args[bound];
    if (value === undefined) continue;
    if (!fitting.get(type)?.includes(bound)) fault(`${bound} does not bound ${type}`);
    else if (typeof value !== 'number' || !Number.isFinite(value)) fault(`${bound} is a number`);
    else if (type !== 'Float' && !Number.isInteger(value)) fault(`${bound} is a whole number`);
    else if (type === 'Int' && (value < -int32 || value >= int32)) fault(`${bound} is beyond what Int holds`);
    else if (bound.endsWith('Length') && (value < 0 || value > mostLength))
      fault(`${bound} is from 0 to ${mostLength}, the most this field may have`);
    else constraint[bound] = value;
  }
  const { min = -Infinity, max = Infinity, minLength = 0, maxLength = Infinity } = constraint;
  if (min > max || minLength > maxLength) fault('no value lies between these bounds');
  if (Object.keys(args).length === 0) fault(`@constraint sets no bound: ${bounds.join(', ')}`);
  return constraint;
}

/** The first bound that a value breaks; undefined when it keeps them all. */
export function brokenBound(constraint: Constraint, value: unknown): Bound | undefined {
  const { min = -Infinity, max = Infinity, minLength = 0, maxLength = Infinity } = constraint;
  if (typeof value === 'number') {
    if (value < min) return 'min';
    return value > max ? 'max' : undefined;
  }
  if (typeof value !== 'string') return undefined;
  const length = lengthOf(value);
  if (length < minLength) return 'minLength';
  return length > maxLength ? 'maxLength' : undefined;
}

/** In code points: an emoji is one of them, and two of JavaScript's units. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** What a value must be: `from -90 to 90`, `at least 3 characters long`. */
export function constraintInWords({ min, max, minLength, maxLength }: Constraint): string {
  return [range(min, max, () => ''), range(minLength, maxLength, inCharacters)]
    .filter((part) => part !== undefined)
    .join(', ');
}

function range(
  least: number | undefined,
  most: number | undefined,
  unit: (count: number) => string,
): string | undefined {
  if (least !== undefined && most !== undefined) return `from ${least} to ${most}${unit(most)}`;
  if (least !== undefined) return `at least ${least}${unit(least)}`;
  return most === undefined ? undefined : `at most ${most}${unit(most)}`;
}

function inCharacters(count: number): string {
  return count === 1 ? ' character long' : ' characters long';
}
