/** A data key that only the provider can open: to be kept anywhere, beside what it protects or not. */
export interface WrappedKey {
  /** Which wrapping key it was wrapped with. */
  readonly wrappingKeyId: string;
  /** Opaque, base64url. */
  readonly wrapped: string;
}

/** Wraps data keys (32 bytes) with wrapping keys that never leave it. Wrapping keys are versioned: old ones open what they wrapped as long as they are kept. */
export interface KeyProvider extends AsyncDisposable {
  /** The wrapping key that `wrap` uses now: what is wrapped with another is to be wrapped anew. */
  currentKeyId(): Promise<string>;
  /** Binds the key to its owner (a workspace): it opens for nobody else. @throws CodedError ENGINE_UNAVAILABLE */
  wrap(dataKey: Uint8Array, owner: string): Promise<WrappedKey>;
  /** @throws CodedError NOT_FOUND when the wrapping key is gone, INTERNAL when it was not wrapped for this owner, ENGINE_UNAVAILABLE */
  unwrap(wrapped: WrappedKey, owner: string): Promise<Uint8Array>;
  ping(): Promise<void>;
}
