export { createPrisma } from './client.ts';
export { Prisma, type PrismaClient } from './generated/client.ts';
export { applyMigrations } from './migrate.ts';
