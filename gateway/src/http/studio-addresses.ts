/** Where the console has pages, below `/studio`. What stands behind a colon is known to whoever may see it, and not to the door. */
export const studioAddresses = [
  '/',
  '/account',
  '/audit',
  '/data',
  '/data/:plural',
  '/data/:plural/new',
  '/data/:plural/:id',
  '/events',
  '/files',
  '/files/folder/:id',
  '/files/trash',
  '/files/:id',
  '/keys',
  '/members',
  '/metrics',
  '/metrics/funnels',
  '/metrics/ranking',
  '/metrics/retention',
  '/metrics/pipelines',
  '/predictions',
  '/runs',
  '/runs/dead-letters',
  '/runs/queues',
  '/runs/schedules',
  '/runs/triggers',
  '/runs/:id',
  '/sql',
  '/tour',
] as const;

const patterns = studioAddresses.map(
  (address) => new RegExp(`^${address.replaceAll(/:[^/]+/g, '[^/]+')}/?$`),
);

/** Whether the console has a page at a path below `/studio`: the gateway answers 404 elsewhere, and the console says that nothing is there. */
export function isStudioAddress(path: string): boolean {
  return patterns.some((pattern) => pattern.test(path));
}
