export { createPrisma, type PrismaClient } from './client.ts';
export { Prisma } from './generated/client.ts';
export { applyMigrations } from './migrate.ts';
