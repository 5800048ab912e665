import type { Relational } from '../relational/port.ts';
import type { Topic } from './embedded-topics.ts';
import type { MemberView } from './group-assignment.ts';

/** A partition in one member's hands; `epoch` fences what it commits. */
export interface Claim {
  readonly topicId: number;
  readonly partition: number;
  readonly epoch: string;
  readonly nextOffset: number;
}

export interface GroupView {
  readonly members: readonly MemberView[];
  readonly partitions: readonly { topicId: number; partition: number; owner: string | null; epoch: string }[];
}

/** What one member of a consumer group says to the tables. Time is the server's, so that members need no common clock. */
export class GroupSeat {
  readonly #relational: Relational;
  readonly #group: string;
  readonly #memberId: string;
  readonly #topicIds: readonly number[];

  constructor(
    relational: Relational,
    group: string,
    member: { readonly id: string; readonly topics: readonly Topic[] },
  ) {
    this.#relational = relational;
    this.#group = group;
    this.#memberId = member.id;
    this.#topicIds = member.topics.map(({ id }) => id);
  }

  /** Fixes the positions of partitions the group has never read. */
  async fixStart(): Promise<void> {
    await this.#relational.query(
      `INSERT INTO event_log.group_partition (group_name, topic_id, partition, next_offset)
       SELECT $1, topic_id, partition, first_offset
       FROM event_log.partition WHERE topic_id = ANY($2::int[])
       ORDER BY topic_id, partition ON CONFLICT DO NOTHING`,
      [this.#group, this.#topicIds],
    );
  }

  /** Renews the membership for `leaseMs` and shows how the group stands. */
  async renew(leaseMs: number): Promise<GroupView> {
    await this.#relational.query(
      `INSERT INTO event_log.group_member (group_name, member_id, topic_ids, expires_at)
       VALUES ($1, $2, $3, now() + $4 * interval '1 millisecond')
       ON CONFLICT (group_name, member_id) DO UPDATE SET expires_at = EXCLUDED.expires_at`,
      [this.#group, this.#memberId, this.#topicIds, leaseMs],
      'event_log_group_renew',
    );
    await this.#relational.query(
      'DELETE FROM event_log.group_member WHERE group_name = $1 AND expires_at < now()',
      [this.#group],
    );
    const members = await this.#relational.query<MemberView>(
      `SELECT member_id AS "memberId", topic_ids AS "topicIds" FROM event_log.group_member WHERE group_name = $1`,
      [this.#group],
    );
    const partitions = await this.#relational.query<GroupView['partitions'][number]>(
      `SELECT topic_id AS "topicId", partition, owner, epoch FROM event_log.group_partition
       WHERE group_name = $1 AND topic_id = ANY($2::int[])`,
      [this.#group, this.#topicIds],
    );
    return { members: members.rows, partitions: partitions.rows };
  }

  /** Takes those of `wanted` that nobody alive has. Concurrent claims meet at the row: one gets it. */
  async claim(wanted: readonly { topicId: number; partition: number }[]): Promise<readonly Claim[]> {
    const { rows } = await this.#relational.query<Omit<Claim, 'nextOffset'> & { nextOffset: string }>(
      `UPDATE event_log.group_partition AS p SET owner = $2, epoch = p.epoch + 1
       FROM unnest($3::int[], $4::int[]) AS w(topic_id, partition)
       WHERE p.group_name = $1 AND p.topic_id = w.topic_id AND p.partition = w.partition
         AND (p.owner IS NULL OR p.owner = $2 OR NOT EXISTS (
           SELECT FROM event_log.group_member m WHERE m.group_name = $1 AND m.member_id = p.owner AND m.expires_at >= now()))
       RETURNING p.topic_id AS "topicId", p.partition, p.epoch, p.next_offset AS "nextOffset"`,
      [
        this.#group,
        this.#memberId,
        wanted.map(({ topicId }) => topicId),
        wanted.map(({ partition }) => partition),
      ],
    );
    return rows.map((row) => ({ ...row, nextOffset: Number(row.nextOffset) }));
  }

  /** False when the claim is no longer this member's: nothing was committed then. */
  async commit(claim: Claim, nextOffset: number): Promise<boolean> {
    const { rowCount } = await this.#relational.query(
      `UPDATE event_log.group_partition SET next_offset = $6
       WHERE group_name = $1 AND topic_id = $2 AND partition = $3 AND owner = $4 AND epoch = $5`,
      [this.#group, claim.topicId, claim.partition, this.#memberId, claim.epoch, nextOffset],
      'event_log_group_commit',
    );
    return rowCount === 1;
  }

  async release(claim: Claim): Promise<void> {
    await this.#relational.query(
      `UPDATE event_log.group_partition SET owner = NULL
       WHERE group_name = $1 AND topic_id = $2 AND partition = $3 AND owner = $4 AND epoch = $5`,
      [this.#group, claim.topicId, claim.partition, this.#memberId, claim.epoch],
    );
  }

  async leave(): Promise<void> {
    await this.#relational.query(
      'UPDATE event_log.group_partition SET owner = NULL WHERE group_name = $1 AND owner = $2',
      [this.#group, this.#memberId],
    );
    await this.#relational.query(
      'DELETE FROM event_log.group_member WHERE group_name = $1 AND member_id = $2',
      [this.#group, this.#memberId],
    );
  }
}
