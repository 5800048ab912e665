import type { Admin, Kafka } from 'kafkajs';

/** Lends the driver's administrator, over connections that last as long as `work` takes. @throws what the driver says */
export async function withAdmin<Answer>(
  driver: Kafka,
  work: (admin: Admin) => Promise<Answer>,
): Promise<Answer> {
  const admin = driver.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
