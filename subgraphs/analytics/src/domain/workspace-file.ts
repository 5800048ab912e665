/** A file of the workspace as the caller may see it. */
export interface WorkspaceFile {
  readonly sizeBytes: number;
  /** In lower-case hex. */
  readonly sha256: string;
  /** Reads it whole. @throws CodedError SUBGRAPH_UNAVAILABLE when what arrives is not that many bytes */
  read(): Promise<Uint8Array>;
}

/** @throws CodedError NOT_FOUND, FORBIDDEN, FILE_NOT_SERVED, SUBGRAPH_UNAVAILABLE */
export type FindFile = (id: string) => Promise<WorkspaceFile>;
