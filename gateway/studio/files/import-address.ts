export interface ImportedTable {
  readonly file: string;
  readonly model: string;
  /** What its text is written in. */
  readonly encoding: string;
}

/** The address of the form that starts `import-dataset`, filled in with what is known of a table. */
export function importAddress({ file, model, encoding }: ImportedTable): string {
  const input = { file, model, ...(encoding === 'utf-8' ? {} : { encoding }) };
  return `/runs?${new URLSearchParams({ start: 'import-dataset', input: JSON.stringify(input, null, 2) })}`;
}
