/** What every adapter takes at most; more is CodedError PAYLOAD_TOO_LARGE. */
export const pubSubLimits = { payloadBytes: 6_000, channelBytes: 200, queuedMessages: 10_000 } as const;

/** Ephemeral fan-out between processes (presence). Nothing is stored: who does not listen at that moment misses it. */
export interface PubSub extends AsyncDisposable {
  /**
   * Resolves when the message is on its way to those who listen now. Messages of one publisher keep their order.
   * Payloads are up to 6,000 bytes of UTF-8, channels up to 200 without a line break.
   * @throws CodedError PAYLOAD_TOO_LARGE, BAD_USER_INPUT (text with U+0000 or a lone surrogate), OVERLOADED (too many under way), ENGINE_UNAVAILABLE
   */
  publish(channel: string, payload: string): Promise<void>;
  /**
   * Resolves when messages published from now on will be heard. `onMessage` must not throw; when it does, that is
   * logged, and the other listeners still get the message.
   */
  subscribe(channel: string, onMessage: (payload: string) => void): Promise<AsyncDisposable>;
  ping(): Promise<void>;
}
