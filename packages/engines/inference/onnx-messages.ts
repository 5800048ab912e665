import type { ModelSignature } from './port.ts';
import type { Tensor } from './tensor-rows.ts';

/** What the process of the models is asked; it answers each with one message, in order. */
export type ToModels =
  | { readonly kind: 'load'; readonly sha256: string; readonly bytes: Uint8Array }
  | { readonly kind: 'run'; readonly sha256: string; readonly feeds: Readonly<Record<string, Tensor>> }
  | { readonly kind: 'release'; readonly sha256: string };

export type FromModels =
  | { readonly kind: 'loaded'; readonly signature: ModelSignature }
  | { readonly kind: 'ran'; readonly outputs: Readonly<Record<string, Tensor>> }
  /** The answer has more than `inferenceLimits` allow; it stays where it is. */
  | { readonly kind: 'excess' }
  | { readonly kind: 'released' }
  /** An input or output of a type that cannot be passed; null for what is no tensor. */
  | { readonly kind: 'unsupported'; readonly tensor: string; readonly type: string | null }
  /** `message` is the engine's, for our log alone: it may name files of this machine. */
  | { readonly kind: 'failed'; readonly message: string };
