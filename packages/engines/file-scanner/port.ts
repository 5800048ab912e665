/** What a scanner says of some bytes; `NOT_SCANNED` is no verdict but its absence. */
export type ScanVerdict =
  | { readonly state: 'CLEAN' }
  /** `signature` is the scanner's name for what it found. */
  | { readonly state: 'INFECTED'; readonly signature: string }
  | { readonly state: 'NOT_SCANNED'; readonly reason: 'TOO_LARGE' };

export interface ScanRequest {
  readonly sizeBytes: number;
  /** Called at most once, and not when the size is beyond what the scanner takes. Read at the scanner's pace, and closed by it. */
  readonly content: () => Promise<AsyncIterable<Uint8Array>>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks for malware in bytes. `openFileScanner` answers undefined where an installation has none: what is stored there is declared as not
 * scanned, and never as clean.
 */
export interface FileScanner extends AsyncDisposable {
  /**
   * A verdict is about all the bytes: what breaks off on the way has none.
   * @throws CodedError ENGINE_UNAVAILABLE, DEADLINE_EXCEEDED: nothing is known, and it may be asked again. What `content` throws passes as it is.
   */
  scan(request: ScanRequest): Promise<ScanVerdict>;
  ping(): Promise<void>;
}
