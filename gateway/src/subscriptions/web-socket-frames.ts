import type { Framing } from './frame-writer.ts';

const textFrame = 0x01;
const finalFrame = 0x80;

/**
 * Text messages of WebSockets (RFC 6455 §5.2 and §5.4, unmasked). `ws` writes whole control frames to the same stream and compression is
 * off, so that the two can take turns.
 */
export const webSocketFrames: Framing = ({ sizeBytes, isFirst, isLast }, firstBytes) => {
  const headerLength = sizeBytes < 126 ? 2 : sizeBytes < 65_536 ? 4 : 10;
  const bytes = Buffer.allocUnsafe(headerLength + firstBytes.byteLength);
  bytes[0] = (isFirst ? textFrame : 0) | (isLast ? finalFrame : 0);
  if (headerLength === 2) bytes[1] = sizeBytes;
  else if (headerLength === 4) {
    bytes[1] = 126;
    bytes.writeUInt16BE(sizeBytes, 2);
  } else {
    bytes[1] = 127;
    bytes.writeBigUInt64BE(BigInt(sizeBytes), 2);
  }
  firstBytes.copy(bytes, headerLength);
  return bytes;
};
