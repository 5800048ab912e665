/** Where HTTP is served at a host and port. An IPv6 address stands in brackets there (RFC 3986 §3.2.2). */
export function httpOrigin(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
