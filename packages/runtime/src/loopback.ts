/** Whether a host names this machine to itself only: `localhost`, `::1` or an address of 127.0.0.0/8 (RFC 6761 §6.3, RFC 1122 §3.2.1.3). */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|::1|127(?:\.\d{1,3}){3})$/i.test(host);
}
