/** What the bytes 0x80 to 0x9F are; the rest is Latin-1. Node's own decoder takes these for control characters, in some of its versions. */
const above = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** The text of bytes in what is called Latin-1: Windows-1252, as the WHATWG Encoding Standard has it. All bytes are of it. */
export function windows1252(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, (character) => above.charAt(character.charCodeAt(0) - 0x80));
}
