/** Headers that belong to one connection and so end at each hop (RFC 9110 §7.6.1, and §7.8, §10.1.4, §11.7 for those it leaves to others). */
export const connectionHeaders: readonly string[] = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
