import type { Broker, GroupMember, GroupMemberAssignment, GroupState } from 'kafkajs';

/** A request that the driver does not know, in the form of those that it does. */
export interface KafkaQuestion<Answer> {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    encode(): Promise<{ readonly buf: Buffer; readonly buffer: Buffer }>;
  };
  readonly response: {
    decode(answer: Buffer): Promise<Buffer>;
    parse(answer: Buffer): Promise<Answer>;
  };
}

/** What the driver's brokers can do and its types leave out. */
export interface KafkaBroker extends Broker {
  /** The newest version of each request that it takes, by the request's number. */
  readonly versions: Readonly<Record<number, { readonly maxVersion: number }>> | null;
  /** Two connections: questions that wait for records have one of their own. */
  readonly connectionPool: {
    getConnection(index: number): Promise<unknown>;
    send<Answer>(question: KafkaQuestion<Answer>): Promise<Answer>;
  };
  initProducerId(request: {
    readonly transactionTimeout: number;
  }): Promise<{ readonly producerId: string; readonly producerEpoch: number }>;
  joinGroup(request: {
    readonly groupId: string;
    readonly memberId: string;
    readonly sessionTimeout: number;
    readonly rebalanceTimeout: number;
    readonly groupProtocols: readonly GroupState[];
  }): Promise<{
    readonly generationId: number;
    readonly leaderId: string;
    readonly memberId: string;
    readonly members: readonly GroupMember[];
  }>;
  syncGroup(request: {
    readonly groupId: string;
    readonly generationId: number;
    readonly memberId: string;
    readonly groupAssignment: readonly GroupMemberAssignment[];
  }): Promise<{ readonly memberAssignment: Buffer }>;
  heartbeat(request: {
    readonly groupId: string;
    readonly groupGenerationId: number;
    readonly memberId: string;
  }): Promise<unknown>;
  /** 0: the coordinator of a group. */
  findGroupCoordinator(request: { readonly groupId: string; readonly coordinatorType: 0 }): Promise<unknown>;
  leaveGroup(request: { readonly groupId: string; readonly memberId: string }): Promise<unknown>;
}
