/** Headers between gateway and subgraphs. The edge strips them from clients. */
export const assertionHeader = 'tributary-assertion';
export const requestIdHeader = 'x-request-id';
export const clientAddressHeader = 'tributary-client-address';

/** The first value of a field that may have come more than once. */
export function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
