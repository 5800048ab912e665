import type { VariantSpec } from '../domain/variant-spec.ts';

export interface ToPictures {
  readonly bytes: Uint8Array;
  readonly spec: VariantSpec;
}

/** `ready` comes once, when the process can work. */
export type FromPictures =
  | { readonly kind: 'ready' }
  | { readonly kind: 'made'; readonly bytes: Uint8Array }
  | { readonly kind: 'refused' };
