export interface MadeFile {
  readonly title: string;
  readonly id: string;
  readonly what: string;
}

const places = [
  { title: 'File', field: 'file', what: 'What it made, to look into and to download' },
  { title: 'Errors', field: 'errorFile', what: 'The rows it left out, each with its reason' },
] as const;

/** The files a run's output says it has made: reports and exports answer `file`, imports `errorFile`. */
export function madeFiles(output: unknown): readonly MadeFile[] {
  if (typeof output !== 'object' || output === null) return [];
  const said = new Map<string, unknown>(Object.entries(output));
  return places.flatMap(({ title, field, what }) => {
    const id = said.get(field);
    return typeof id === 'string' ? [{ title, id, what }] : [];
  });
}
