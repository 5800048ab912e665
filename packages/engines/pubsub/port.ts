/** Ephemeral fan-out between processes (presence). Nothing is stored: who does not listen at that moment misses it. */
export interface PubSub extends AsyncDisposable {
  /** Payloads up to 6,000 bytes of UTF-8. @throws CodedError PAYLOAD_TOO_LARGE */
  publish(channel: string, payload: string): Promise<void>;
  /** Resolves when messages published from now on will be heard. */
  subscribe(channel: string, onMessage: (payload: string) => void): Promise<AsyncDisposable>;
  ping(): Promise<void>;
}
