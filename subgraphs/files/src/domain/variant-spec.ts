import { CodedError } from '@tributary/runtime';

export interface VariantSpec {
  readonly width: number | null;
  readonly height: number | null;
  readonly fit: 'COVER' | 'CONTAIN';
  readonly format: 'WEBP' | 'AVIF' | 'JPEG' | 'PNG';
  readonly quality: number;
}

const leastSide = 16;
/** Of a side that is not named too: a picture of 4,096 by 12,000 would be 150 MB as a PNG. */
export const mostSide = 4_096;

/** @throws CodedError BAD_USER_INPUT for sides or a quality out of bounds, or no side at all. */
export function checkedSpec(input: {
  readonly width?: number | null | undefined;
  readonly height?: number | null | undefined;
  readonly fit?: VariantSpec['fit'] | undefined;
  readonly format?: VariantSpec['format'] | undefined;
  readonly quality?: number | undefined;
}): VariantSpec {
  const { fit = 'CONTAIN', format = 'WEBP', quality = 80 } = input;
  const width = input.width ?? null;
  const height = input.height ?? null;
  if (width === null && height === null) throw refused('width', 'width or height is needed');
  for (const [argument, side] of Object.entries({ width, height }))
    if (side !== null && (side < leastSide || side > mostSide))
      throw refused(argument, `${argument} is ${leastSide} to ${mostSide} pixels`);
  if (quality < 1 || quality > 100) throw refused('quality', 'quality is 1 to 100');
  return { width, height, fit, format, quality: format === 'PNG' ? 100 : quality };
}

/** One text for equal variants: the last segment of the object's key. */
export function specText({ width, height, fit, format, quality }: VariantSpec): string {
  return `${width ?? 'x'}-${height ?? 'x'}-${fit}-q${quality}.${format}`.toLowerCase();
}

const text = /^(\d{1,4}|x)-(\d{1,4}|x)-(cover|contain)-q(\d{1,3})\.(webp|avif|jpeg|png)$/;

/** The variant a text names; undefined for any other text. */
export function specOf(spec: string): VariantSpec | undefined {
  const match = text.exec(spec);
  if (match === null) return undefined;
  const [, width, height, fit = '', quality, format = ''] = match;
  const side = (value: string | undefined): number | null => (value === 'x' ? null : Number(value));
  return {
    width: side(width),
    height: side(height),
    fit: fit.toUpperCase() as VariantSpec['fit'],
    format: format.toUpperCase() as VariantSpec['format'],
    quality: Number(quality),
  };
}

function refused(argument: string, rule: string): CodedError {
  return new CodedError('BAD_USER_INPUT', `${rule}.`, { details: { argument } });
}
