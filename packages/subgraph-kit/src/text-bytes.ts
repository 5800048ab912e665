/** Measured with places in the text: 84 for what front ends send, 121 for lists of numbers, 240 where every name has one letter. */
const bytesPerChar = 128;
/** What is remembered beside it. */
const besideBytes = 4_096;

/**
 * About how many bytes of memory the document of such a text takes, or of one as long. Texts are short and documents are not: caches of
 * them are bounded by this.
 */
export function textBytes({ length }: { readonly length: number }): number {
  return besideBytes + bytesPerChar * length;
}
