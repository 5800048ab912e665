/** A moment as the graph and events write it: cheaper in SQL than a Date of each row. */
export function moment(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** Collects the values of one statement. */
export class Parameters {
  readonly values: unknown[];

  constructor(...values: readonly unknown[]) {
    this.values = [...values];
  }

  readonly add = (value: unknown): string => `$${this.values.push(value)}`;
}
