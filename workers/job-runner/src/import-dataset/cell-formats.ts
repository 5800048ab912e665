/** How numbers are written, by example. The mark between thousands may be left out, and where it stands it stands between groups of three. */
export const numberFormats = ['1234.5', '1,234.5', '1.234,5', '1 234,5', "1'234.5"] as const;
/** How days are written; a time may follow. Where the year comes last, days and months need no leading nought. */
export const dateFormats = ['yyyy-mm-dd', 'dd.mm.yyyy', 'dd/mm/yyyy', 'mm/dd/yyyy'] as const;

export type NumberFormat = (typeof numberFormats)[number];
export type DateFormat = (typeof dateFormats)[number];

/** What the texts of cells are written in; nothing is guessed, because 1,500 is two numbers, and 3.4.2026 two days. */
export interface CellFormats {
  readonly numbers: NumberFormat;
  readonly dates: DateFormat;
}

export const defaultFormats: CellFormats = { numbers: '1234.5', dates: 'yyyy-mm-dd' };

/** The blanks that are written between thousands: those of a line that must not break there, too. */
const blank = '[ \\u00a0\\u202f]';
const marks: Readonly<
  Record<Exclude<NumberFormat, '1234.5'>, readonly [thousands: string, decimal: string]>
> = {
  '1,234.5': [',', '.'],
  '1.234,5': ['\\.', ','],
  '1 234,5': [blank, ','],
  "1'234.5": ["['\\u2019]", '.'],
};
const shapes = new Map(
  Object.entries(marks).map(([format, [thousands, decimal]]) => [
    format,
    {
      shape: new RegExp(
        `^([+-]?)(\\d{1,3}(?:${thousands}\\d{3})+|\\d*)(?:\\${decimal}(\\d*))?(e[+-]?\\d{1,3})?$`,
        'i',
      ),
      thousands: new RegExp(thousands, 'g'),
    },
  ]),
);

/** A number as JavaScript writes it; undefined when it is not written so. What it says is checked by whoever reads it on. */
export function plainNumber(text: string, format: NumberFormat): string | undefined {
  const written = shapes.get(format);
  if (written === undefined) return text;
  const [, sign, whole, fraction, exponent = ''] = written.shape.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = whole.replace(written.thousands, '');
  return `${sign}${digits}${fraction === undefined ? '' : `.${fraction}`}${exponent}`;
}

const isoDay = /^(\d{4})[-/](\d\d)[-/](\d\d)$/;
const lastYear = (mark: string): RegExp => new RegExp(`^(\\d{1,2})${mark}(\\d{1,2})${mark}(\\d{4})$`);
const days: Readonly<Record<Exclude<DateFormat, 'yyyy-mm-dd'>, RegExp>> = {
  'dd.mm.yyyy': lastYear('\\.'),
  'dd/mm/yyyy': lastYear('/'),
  'mm/dd/yyyy': lastYear('/'),
};

/** The day that a text is, as year, month and day; undefined when it is not written so. */
export function plainDay(text: string, format: DateFormat): string | undefined {
  if (format === 'yyyy-mm-dd') {
    const [, year, month, day] = isoDay.exec(text) ?? [];
    return year === undefined ? undefined : `${year}-${month}-${day}`;
  }
  const [, first = '', second = '', year] = days[format].exec(text) ?? [];
  if (year === undefined) return undefined;
  const [day, month] = format === 'mm/dd/yyyy' ? [second, first] : [first, second];
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
