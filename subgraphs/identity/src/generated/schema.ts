/* Generated from schema.graphql by `npm run codegen`. Do not edit. */
/* eslint-disable */
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { UserRecord, WorkspaceRecord, MemberRecord, InvitationRecord, ReceivedInvitationRecord, ApiKeyRecord, AuditRecord, AuditActorRecord, ViewerRecord, MemberPage, InvitationPage, ApiKeyPage, AuditPage } from '../mappers.ts';
import type { Context } from '../context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A position in the log or in a list: opaque, signed where it crosses the log. Use it exactly as it was given. */
  Cursor: { input: string; output: string; }
  /** A moment in RFC 3339, answered in UTC with milliseconds: `2001-01-01T00:47:00.000Z`. */
  DateTime: { input: string; output: string; }
  /** Any JSON value, up to 32 levels deep. Numbers are IEEE 754 doubles, and any finite one is kept. A whole number written with more digits than a double gives back (12345678901234567890) is refused: send it as text. */
  JSON: { input: unknown; output: unknown; }
  /** Bytes in Base64 (RFC 4648 §4, with padding). */
  Base64: { input: string; output: string; }
  link__Import: { input: unknown; output: unknown; }
  federation__FieldSet: { input: string; output: string; }
  federation__Scope: { input: unknown; output: unknown; }
  federation__Policy: { input: unknown; output: unknown; }
  federation__ContextFieldValue: { input: unknown; output: unknown; }
  _Any: { input: unknown; output: unknown; }
};

/** Where a page lies in its list (GraphQL Cursor Connections Specification). */
export type PageInfo = {
  __typename?: 'PageInfo';
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  startCursor?: Maybe<Scalars['Cursor']['output']>;
  endCursor?: Maybe<Scalars['Cursor']['output']>;
};

export type SortDirection =
  | 'ASC'
  | 'DESC';

export type Query = {
  __typename?: 'Query';
  /** Who is asking: the signed-in user or the API key, and in which workspace. */
  viewer: Viewer;
  /** The workspace this request speaks for. */
  workspace: Workspace;
  /** A fellow member by id, such as who made a record. Null for who shares no workspace with the caller, and for API keys. */
  user?: Maybe<User>;
  /** Members of the workspace, in the order in which their accounts were made. */
  members: MemberConnection;
  /** Who was invited to the workspace and has not come yet, in the order in which they were invited. */
  invitations: InvitationConnection;
  /** API keys of the workspace, oldest first; revoked and expired ones stay listed. */
  apiKeys: ApiKeyConnection;
  /** What happened in the workspace, latest first: changes of data and of rights, sign-ins, refusals. */
  auditLog: AuditConnection;
  /**
   * Recomputes the workspace's audit chain. Not intact: an entry was changed, removed or put in by hand. A log too long for one answer is
   * DEADLINE_EXCEEDED, with the `entries` that hold so far: ask again within five minutes, and the check goes on from there.
   */
  auditChainIntact: AuditVerdict;
  /** Whether strangers may make accounts here. */
  signUpOpen: Scalars['Boolean']['output'];
  /** Accounts whose passwords are published, because this is a demo on somebody's own machine, while they are as published; empty everywhere else. */
  demoSignIns: Array<DemoSignIn>;
  verifyApiKey?: Maybe<VerifiedApiKey>;
  resolveWorkspace?: Maybe<ResolvedWorkspace>;
  waitingRevocations: Array<WaitingRevocation>;
  _entities: Array<Maybe<_Entity>>;
  _service: _Service;
};


export type QueryUserArgs = {
  id: Scalars['ID']['input'];
};


export type QueryMembersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


export type QueryInvitationsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


export type QueryApiKeysArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


export type QueryAuditLogArgs = {
  where?: InputMaybe<AuditWhere>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};


export type QueryVerifyApiKeyArgs = {
  secret: Scalars['String']['input'];
};


export type QueryResolveWorkspaceArgs = {
  slug: Scalars['String']['input'];
};


export type QueryWaitingRevocationsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
};


export type Query_EntitiesArgs = {
  representations: Array<Scalars['_Any']['input']>;
};

export type Mutation = {
  __typename?: 'Mutation';
  /** Makes an account. The answer is the same whether or not the address has one already. A client address has 100 a minute, unless the installation says otherwise (RATE_LIMITED). */
  signUp: SignUpResult;
  /** Starts a session. Ten wrong passwords in 15 minutes close the account to that address for the rest of them (RATE_LIMITED). */
  signIn: SignInResult;
  /**
   * Exchanges a refresh token for new tokens; each can be exchanged once. Repeating the call within 10 seconds after a lost answer
   * gives the same successor; any other second use ends the session, because somebody else has the token.
   */
  refreshSession: RefreshResult;
  /** Ends the session of the access token, or of the refresh token when it is given. True when a session was ended by this call. */
  signOut: Scalars['Boolean']['output'];
  /** Ends all sessions of the user; answers how many. */
  signOutEverywhere: Scalars['Int']['output'];
  /** Sets a new password and ends the user's other sessions. */
  changePassword: ChangePasswordResult;
  /** Makes a workspace whose owner is the user. Use switchWorkspace to get a token for it. */
  createWorkspace: CreateWorkspaceResult;
  /**
   * Moves the session to another workspace of the user, and accepts an invitation to it. The token it gives ends when the one does that was
   * shown; refreshSession gives a longer one, of the workspace the session has moved to. NOT_FOUND when there is none with this slug.
   */
  switchWorkspace: WorkspaceSwitched;
  /**
   * Invites an account. It is a member when its owner enters: they sign in with the workspace's slug, or switch to it; until then the workspace
   * knows the address that was typed and nothing else. Nobody can grant more than they hold.
   */
  addMember: AddMemberResult;
  /** Takes an invitation back. NOT_FOUND when it was accepted or declined meanwhile. */
  withdrawInvitation: Invitation;
  /** Declines an invitation to the workspace with this slug. True when one was declined by this call. */
  declineInvitation: Scalars['Boolean']['output'];
  changeMemberRole: ChangeMemberRoleResult;
  /** Removes a member; members may remove themselves. */
  removeMember: RemoveMemberResult;
  /** Makes an API key. Its secret is in this answer and never again. Only users make keys. */
  createApiKey: ApiKeyCreated;
  /** Revokes a key for good; doing it twice changes nothing. */
  revokeApiKey: ApiKey;
  /** Makes the next signing key the active one at once. For owners of the installation's operator workspace. */
  rotateSigningKey: SigningKeyRotated;
  recordRefusals: Scalars['Int']['output'];
};


export type MutationSignUpArgs = {
  input: SignUpInput;
};


export type MutationSignInArgs = {
  input: SignInInput;
};


export type MutationRefreshSessionArgs = {
  refreshToken: Scalars['String']['input'];
};


export type MutationSignOutArgs = {
  refreshToken?: InputMaybe<Scalars['String']['input']>;
};


export type MutationChangePasswordArgs = {
  input: ChangePasswordInput;
};


export type MutationCreateWorkspaceArgs = {
  input: CreateWorkspaceInput;
};


export type MutationSwitchWorkspaceArgs = {
  slug: Scalars['String']['input'];
};


export type MutationAddMemberArgs = {
  input: AddMemberInput;
};


export type MutationWithdrawInvitationArgs = {
  id: Scalars['ID']['input'];
};


export type MutationDeclineInvitationArgs = {
  slug: Scalars['String']['input'];
};


export type MutationChangeMemberRoleArgs = {
  userId: Scalars['ID']['input'];
  role: Role;
};


export type MutationRemoveMemberArgs = {
  userId: Scalars['ID']['input'];
};


export type MutationCreateApiKeyArgs = {
  input: CreateApiKeyInput;
};


export type MutationRevokeApiKeyArgs = {
  id: Scalars['ID']['input'];
};


export type MutationRecordRefusalsArgs = {
  input: Array<RefusalInput>;
};

export type Subscription = {
  __typename?: 'Subscription';
  /**
   * The workspace's events of one topic of the log as they happen: what the audit log will say, without waiting for it. `subject` names
   * one entity (`Airport/0192…`), or with a `*` at its end all that begin so.
   */
  events?: Maybe<LogEvent>;
};


export type SubscriptionEventsArgs = {
  topic: Scalars['String']['input'];
  types?: InputMaybe<Array<Scalars['String']['input']>>;
  subject?: InputMaybe<Scalars['String']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
};

/** A right within a workspace. Each has the rights of those before it. */
export type Role =
  | 'VIEWER'
  | 'EDITOR'
  | 'ADMIN'
  | 'OWNER';

export type PrincipalKind =
  | 'ANONYMOUS'
  | 'USER'
  | 'API_KEY'
  | 'SERVICE';

export type Viewer = {
  __typename?: 'Viewer';
  /** User id or API key id. */
  id: Scalars['ID']['output'];
  kind: PrincipalKind;
  /** Null for API keys. */
  user?: Maybe<User>;
  /** Null for users who are no members of the workspace addressed. */
  workspace?: Maybe<Workspace>;
  /** Whether that is the operator workspace, whose owners run the installation. */
  isOperator: Scalars['Boolean']['output'];
  role?: Maybe<Role>;
  /** What an API key is limited to; null for users. */
  scopes?: Maybe<Array<Scalars['String']['output']>>;
  /** The sign-in session; null for API keys. */
  sessionId?: Maybe<Scalars['ID']['output']>;
  /** The workspaces the user belongs to, the first 100 they entered; empty for API keys. */
  memberships: Array<Membership>;
  /** Workspaces that want the user as a member, the latest 100; empty for API keys. switchWorkspace accepts, declineInvitation declines. */
  invitations: Array<ReceivedInvitation>;
};

export type Membership = {
  __typename?: 'Membership';
  workspace: Workspace;
  role: Role;
};

/** A person with an account. Visible to themselves and to members of a workspace they share. */
export type User = {
  __typename?: 'User';
  id: Scalars['ID']['output'];
  name: Scalars['String']['output'];
  /** Null unless it is yours or you are an admin of a workspace they are a member of. */
  email?: Maybe<Scalars['String']['output']>;
  createdAt: Scalars['DateTime']['output'];
};

/** The tenant: everything belongs to one. */
export type Workspace = {
  __typename?: 'Workspace';
  id: Scalars['ID']['output'];
  /** Unique, in URLs and in the Tributary-Workspace header. */
  slug: Scalars['String']['output'];
  name: Scalars['String']['output'];
  createdAt: Scalars['DateTime']['output'];
};

export type ReceivedInvitation = {
  __typename?: 'ReceivedInvitation';
  workspace: Workspace;
  role: Role;
  createdAt: Scalars['DateTime']['output'];
};

export type Member = {
  __typename?: 'Member';
  user: User;
  role: Role;
  /** When they entered the workspace. */
  createdAt: Scalars['DateTime']['output'];
};

/** Somebody who was asked to become a member. */
export type Invitation = {
  __typename?: 'Invitation';
  id: Scalars['ID']['output'];
  /** As it was typed, in lower case. */
  email: Scalars['String']['output'];
  role: Role;
  /** The member who made it; null when a key did. It ends when they leave or may not give the role any more. */
  invitedBy?: Maybe<User>;
  createdAt: Scalars['DateTime']['output'];
};

export type ApiKey = {
  __typename?: 'ApiKey';
  id: Scalars['ID']['output'];
  name: Scalars['String']['output'];
  role: Role;
  scopes: Array<Scalars['String']['output']>;
  createdAt: Scalars['DateTime']['output'];
  /** Who made it; null when the account is gone. */
  createdBy?: Maybe<User>;
  expiresAt?: Maybe<Scalars['DateTime']['output']>;
  revokedAt?: Maybe<Scalars['DateTime']['output']>;
};

export type MemberConnection = {
  __typename?: 'MemberConnection';
  edges: Array<MemberEdge>;
  nodes: Array<Member>;
  pageInfo: PageInfo;
};

export type MemberEdge = {
  __typename?: 'MemberEdge';
  cursor: Scalars['Cursor']['output'];
  node: Member;
};

export type InvitationConnection = {
  __typename?: 'InvitationConnection';
  edges: Array<InvitationEdge>;
  nodes: Array<Invitation>;
  pageInfo: PageInfo;
};

export type InvitationEdge = {
  __typename?: 'InvitationEdge';
  cursor: Scalars['Cursor']['output'];
  node: Invitation;
};

export type ApiKeyConnection = {
  __typename?: 'ApiKeyConnection';
  edges: Array<ApiKeyEdge>;
  nodes: Array<ApiKey>;
  pageInfo: PageInfo;
};

export type ApiKeyEdge = {
  __typename?: 'ApiKeyEdge';
  cursor: Scalars['Cursor']['output'];
  node: ApiKey;
};

/** All conditions given must hold; `{}` as a whole is for all. A condition that is null, empty or lost with its variable is refused. */
export type AuditWhere = {
  /** The entity: `Airport/0192…`. */
  subject?: InputMaybe<Scalars['String']['input']>;
  /** User id or API key id. */
  actorId?: InputMaybe<Scalars['String']['input']>;
  /** The event's type: `data.record.updated`. */
  action?: InputMaybe<Scalars['String']['input']>;
  /** Not before this moment. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Before this moment. */
  to?: InputMaybe<Scalars['DateTime']['input']>;
};

export type AuditEntry = {
  __typename?: 'AuditEntry';
  /** Of the event it tells of. */
  id: Scalars['ID']['output'];
  time: Scalars['DateTime']['output'];
  /** The event's type: `data.record.updated`. */
  action: Scalars['String']['output'];
  actor: AuditActor;
  subject: Scalars['String']['output'];
  /** Ids, names and the fields that changed; never the values of data. */
  details: Scalars['JSON']['output'];
};

export type AuditActor = {
  __typename?: 'AuditActor';
  kind: PrincipalKind;
  id: Scalars['String']['output'];
  /** Null for API keys and services, and for people who never shared the workspace. Who left it keeps the name here, without the address. */
  user?: Maybe<User>;
};

export type AuditConnection = {
  __typename?: 'AuditConnection';
  edges: Array<AuditEdge>;
  nodes: Array<AuditEntry>;
  pageInfo: PageInfo;
};

export type AuditEdge = {
  __typename?: 'AuditEdge';
  cursor: Scalars['Cursor']['output'];
  node: AuditEntry;
};

export type AuditVerdict = {
  __typename?: 'AuditVerdict';
  intact: Scalars['Boolean']['output'];
  /** Entries that are as they were written, from the first on. */
  entries: Scalars['Int']['output'];
  /** When the check began: every entry was read then or later. Whoever asks while a check is under way shares it. */
  checkedSince: Scalars['DateTime']['output'];
};

/** An event of the log, as much of it as the audit log keeps. */
export type LogEvent = {
  __typename?: 'LogEvent';
  /** Continues right after this event. */
  cursor: Scalars['Cursor']['output'];
  id: Scalars['ID']['output'];
  topic: Scalars['String']['output'];
  /** `data.record.updated` */
  type: Scalars['String']['output'];
  time: Scalars['DateTime']['output'];
  subject: Scalars['String']['output'];
  actor: AuditActor;
  /** Ids, names and the fields that changed; never the values of data. */
  details: Scalars['JSON']['output'];
};

export type DemoSignIn = {
  __typename?: 'DemoSignIn';
  email: Scalars['String']['output'];
  password: Scalars['String']['output'];
  /** What the account may do in the demo workspace. */
  role: Role;
};

/** What a person can put right. Everything else is a coded error. */
export type Failure = {
  message: Scalars['String']['output'];
};

export type SignUpInput = {
  email: Scalars['String']['input'];
  /** 12 to 256 characters. */
  password: Scalars['String']['input'];
  name: Scalars['String']['input'];
  /** What the start of an installation without owner prints: with it the first owner gets an account although sign-up is closed. */
  setUpToken?: InputMaybe<Scalars['String']['input']>;
};

export type SignUpResult = SignUpAccepted | SignUpClosed | InvalidEmail | WeakPassword;

/** The address has an account now, or had one before: sign in. */
export type SignUpAccepted = {
  __typename?: 'SignUpAccepted';
  message: Scalars['String']['output'];
};

export type SignUpClosed = Failure & {
  __typename?: 'SignUpClosed';
  message: Scalars['String']['output'];
};

export type InvalidEmail = Failure & {
  __typename?: 'InvalidEmail';
  message: Scalars['String']['output'];
};

export type WeakPassword = Failure & {
  __typename?: 'WeakPassword';
  message: Scalars['String']['output'];
  minLength: Scalars['Int']['output'];
};

export type SignInInput = {
  email: Scalars['String']['input'];
  password: Scalars['String']['input'];
  /** Slug of the workspace to work in, which accepts an invitation to it; the one addressed, or the first one joined, when absent. */
  workspace?: InputMaybe<Scalars['String']['input']>;
};

export type SignInResult = SignedIn | SignInFailed | NotYourWorkspace;

export type SignedIn = {
  __typename?: 'SignedIn';
  /** JWT for the Authorization header. */
  accessToken: Scalars['String']['output'];
  accessTokenExpiresAt: Scalars['DateTime']['output'];
  /** Keep it secret; it is used once. */
  refreshToken: Scalars['String']['output'];
  refreshTokenExpiresAt: Scalars['DateTime']['output'];
  sessionId: Scalars['ID']['output'];
  userId: Scalars['ID']['output'];
  workspaceId: Scalars['ID']['output'];
  /** Null when the user is no member of that workspace. */
  role?: Maybe<Role>;
};

/** The address or the password is wrong; which of them is not said. */
export type SignInFailed = Failure & {
  __typename?: 'SignInFailed';
  message: Scalars['String']['output'];
};

/** The address and the password are right, and the user is neither a member of the workspace with the slug given nor invited to it. Whether there is one is not said. */
export type NotYourWorkspace = Failure & {
  __typename?: 'NotYourWorkspace';
  message: Scalars['String']['output'];
};

export type RefreshResult = SignedIn | SessionEnded;

export type SessionEnded = Failure & {
  __typename?: 'SessionEnded';
  message: Scalars['String']['output'];
};

export type ChangePasswordInput = {
  currentPassword: Scalars['String']['input'];
  newPassword: Scalars['String']['input'];
};

export type ChangePasswordResult = PasswordChanged | SignInFailed | WeakPassword;

export type PasswordChanged = {
  __typename?: 'PasswordChanged';
  /** How many other sessions were ended. */
  endedSessions: Scalars['Int']['output'];
};

export type CreateWorkspaceInput = {
  /** 2 to 48 lower-case letters, digits and single dashes. */
  slug: Scalars['String']['input'];
  name: Scalars['String']['input'];
  /** What the start of an installation without owner prints: its operator workspace is made with it only. */
  setUpToken?: InputMaybe<Scalars['String']['input']>;
};

export type CreateWorkspaceResult = WorkspaceCreated | SlugTaken | InvalidSlug | SetUpNeeded;

export type WorkspaceCreated = {
  __typename?: 'WorkspaceCreated';
  workspace: Workspace;
};

export type SlugTaken = Failure & {
  __typename?: 'SlugTaken';
  message: Scalars['String']['output'];
};

/** The slug is that of the operator workspace, whose owners run the installation; the set-up token is missing, or not this one. */
export type SetUpNeeded = Failure & {
  __typename?: 'SetUpNeeded';
  message: Scalars['String']['output'];
};

export type InvalidSlug = Failure & {
  __typename?: 'InvalidSlug';
  message: Scalars['String']['output'];
};

export type WorkspaceSwitched = {
  __typename?: 'WorkspaceSwitched';
  accessToken: Scalars['String']['output'];
  accessTokenExpiresAt: Scalars['DateTime']['output'];
  workspaceId: Scalars['ID']['output'];
  role: Role;
};

export type AddMemberInput = {
  email: Scalars['String']['input'];
  role: Role;
};

export type AddMemberResult = MemberInvited | AccountNotFound | AlreadyMember | AlreadyInvited;

export type MemberInvited = {
  __typename?: 'MemberInvited';
  invitation: Invitation;
};

export type AccountNotFound = Failure & {
  __typename?: 'AccountNotFound';
  message: Scalars['String']['output'];
};

export type AlreadyMember = Failure & {
  __typename?: 'AlreadyMember';
  message: Scalars['String']['output'];
};

export type AlreadyInvited = Failure & {
  __typename?: 'AlreadyInvited';
  message: Scalars['String']['output'];
};

export type ChangeMemberRoleResult = MemberRoleChanged | LastOwner;

export type MemberRoleChanged = {
  __typename?: 'MemberRoleChanged';
  member: Member;
};

/** A workspace keeps at least one owner. */
export type LastOwner = Failure & {
  __typename?: 'LastOwner';
  message: Scalars['String']['output'];
};

export type RemoveMemberResult = MemberRemoved | LastOwner;

export type MemberRemoved = {
  __typename?: 'MemberRemoved';
  userId: Scalars['ID']['output'];
};

export type CreateApiKeyInput = {
  name: Scalars['String']['input'];
  /** Not above the maker's own. */
  role: Role;
  /** Of analytics:read, analytics:write, data:read, data:write, events:read, files:read, files:write, identity:read, identity:write, jobs:read, jobs:write, rest:usage. */
  scopes: Array<Scalars['String']['input']>;
  /** In the future; without it the key works until it is revoked. */
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
};

export type ApiKeyCreated = {
  __typename?: 'ApiKeyCreated';
  apiKey: ApiKey;
  /** The whole key. It is shown this once. */
  secret: Scalars['String']['output'];
};

export type SigningKeyRotated = {
  __typename?: 'SigningKeyRotated';
  activeKeyId: Scalars['ID']['output'];
  /** Its tokens are accepted until they expire. */
  retiredKeyId: Scalars['ID']['output'];
};

export type VerifiedApiKey = {
  __typename?: 'VerifiedApiKey';
  id: Scalars['ID']['output'];
  workspaceId: Scalars['ID']['output'];
  role: Role;
  scopes: Array<Scalars['String']['output']>;
  expiresAt?: Maybe<Scalars['DateTime']['output']>;
};

export type WaitingRevocation = {
  __typename?: 'WaitingRevocation';
  row: Scalars['String']['output'];
  id: Scalars['ID']['output'];
  type: Scalars['String']['output'];
  workspaceId: Scalars['ID']['output'];
  at: Scalars['DateTime']['output'];
  sessionId?: Maybe<Scalars['ID']['output']>;
  userId?: Maybe<Scalars['ID']['output']>;
  keyId?: Maybe<Scalars['ID']['output']>;
  role?: Maybe<Role>;
};

export type ResolvedWorkspace = {
  __typename?: 'ResolvedWorkspace';
  id: Scalars['ID']['output'];
  slug: Scalars['String']['output'];
};

export type RefusalInput = {
  workspaceId: Scalars['ID']['input'];
  /** The field or route that was refused: `Mutation.updateAirport`. */
  coordinate: Scalars['String']['input'];
  code: Scalars['String']['input'];
  principalKind: Scalars['String']['input'];
  principalId: Scalars['String']['input'];
};

export type Link__Purpose =
  /** `SECURITY` features provide metadata necessary to securely resolve fields. */
  | 'SECURITY'
  /** `EXECUTION` features provide metadata necessary for operation execution. */
  | 'EXECUTION';

export type _Service = {
  __typename?: '_Service';
  sdl?: Maybe<Scalars['String']['output']>;
};

export type _Entity = User | Workspace;



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;



/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  SignUpResult:
    | ( SignUpAccepted )
    | ( SignUpClosed )
    | ( InvalidEmail )
    | ( WeakPassword )
  ;
  SignInResult:
    | ( SignedIn )
    | ( SignInFailed )
    | ( NotYourWorkspace )
  ;
  RefreshResult:
    | ( SignedIn )
    | ( SessionEnded )
  ;
  ChangePasswordResult:
    | ( PasswordChanged )
    | ( SignInFailed )
    | ( WeakPassword )
  ;
  CreateWorkspaceResult:
    | ( Omit<WorkspaceCreated, 'workspace'> & { workspace: _RefType['Workspace'] } )
    | ( SlugTaken )
    | ( InvalidSlug )
    | ( SetUpNeeded )
  ;
  AddMemberResult:
    | ( Omit<MemberInvited, 'invitation'> & { invitation: _RefType['Invitation'] } )
    | ( AccountNotFound )
    | ( AlreadyMember )
    | ( AlreadyInvited )
  ;
  ChangeMemberRoleResult:
    | ( Omit<MemberRoleChanged, 'member'> & { member: _RefType['Member'] } )
    | ( LastOwner )
  ;
  RemoveMemberResult:
    | ( MemberRemoved )
    | ( LastOwner )
  ;
  _Entity:
    | ( UserRecord )
    | ( WorkspaceRecord )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Failure:
    | ( SignUpClosed )
    | ( InvalidEmail )
    | ( WeakPassword )
    | ( SignInFailed )
    | ( NotYourWorkspace )
    | ( SessionEnded )
    | ( SlugTaken )
    | ( SetUpNeeded )
    | ( InvalidSlug )
    | ( AccountNotFound )
    | ( AlreadyMember )
    | ( AlreadyInvited )
    | ( LastOwner )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Cursor: ResolverTypeWrapper<Scalars['Cursor']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  Base64: ResolverTypeWrapper<Scalars['Base64']['output']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  SortDirection: SortDirection;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Role: Role;
  PrincipalKind: PrincipalKind;
  Viewer: ResolverTypeWrapper<ViewerRecord>;
  Membership: ResolverTypeWrapper<Omit<Membership, 'workspace'> & { workspace: ResolversTypes['Workspace'] }>;
  User: ResolverTypeWrapper<UserRecord>;
  Workspace: ResolverTypeWrapper<WorkspaceRecord>;
  ReceivedInvitation: ResolverTypeWrapper<ReceivedInvitationRecord>;
  Member: ResolverTypeWrapper<MemberRecord>;
  Invitation: ResolverTypeWrapper<InvitationRecord>;
  ApiKey: ResolverTypeWrapper<ApiKeyRecord>;
  MemberConnection: ResolverTypeWrapper<MemberPage>;
  MemberEdge: ResolverTypeWrapper<Omit<MemberEdge, 'node'> & { node: ResolversTypes['Member'] }>;
  InvitationConnection: ResolverTypeWrapper<InvitationPage>;
  InvitationEdge: ResolverTypeWrapper<Omit<InvitationEdge, 'node'> & { node: ResolversTypes['Invitation'] }>;
  ApiKeyConnection: ResolverTypeWrapper<ApiKeyPage>;
  ApiKeyEdge: ResolverTypeWrapper<Omit<ApiKeyEdge, 'node'> & { node: ResolversTypes['ApiKey'] }>;
  AuditWhere: AuditWhere;
  AuditEntry: ResolverTypeWrapper<AuditRecord>;
  AuditActor: ResolverTypeWrapper<AuditActorRecord>;
  AuditConnection: ResolverTypeWrapper<AuditPage>;
  AuditEdge: ResolverTypeWrapper<Omit<AuditEdge, 'node'> & { node: ResolversTypes['AuditEntry'] }>;
  AuditVerdict: ResolverTypeWrapper<AuditVerdict>;
  LogEvent: ResolverTypeWrapper<Omit<LogEvent, 'actor'> & { actor: ResolversTypes['AuditActor'] }>;
  DemoSignIn: ResolverTypeWrapper<DemoSignIn>;
  Failure: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Failure']>;
  SignUpInput: SignUpInput;
  SignUpResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['SignUpResult']>;
  SignUpAccepted: ResolverTypeWrapper<SignUpAccepted>;
  SignUpClosed: ResolverTypeWrapper<SignUpClosed>;
  InvalidEmail: ResolverTypeWrapper<InvalidEmail>;
  WeakPassword: ResolverTypeWrapper<WeakPassword>;
  SignInInput: SignInInput;
  SignInResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['SignInResult']>;
  SignedIn: ResolverTypeWrapper<SignedIn>;
  SignInFailed: ResolverTypeWrapper<SignInFailed>;
  NotYourWorkspace: ResolverTypeWrapper<NotYourWorkspace>;
  RefreshResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RefreshResult']>;
  SessionEnded: ResolverTypeWrapper<SessionEnded>;
  ChangePasswordInput: ChangePasswordInput;
  ChangePasswordResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['ChangePasswordResult']>;
  PasswordChanged: ResolverTypeWrapper<PasswordChanged>;
  CreateWorkspaceInput: CreateWorkspaceInput;
  CreateWorkspaceResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['CreateWorkspaceResult']>;
  WorkspaceCreated: ResolverTypeWrapper<Omit<WorkspaceCreated, 'workspace'> & { workspace: ResolversTypes['Workspace'] }>;
  SlugTaken: ResolverTypeWrapper<SlugTaken>;
  SetUpNeeded: ResolverTypeWrapper<SetUpNeeded>;
  InvalidSlug: ResolverTypeWrapper<InvalidSlug>;
  WorkspaceSwitched: ResolverTypeWrapper<WorkspaceSwitched>;
  AddMemberInput: AddMemberInput;
  AddMemberResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['AddMemberResult']>;
  MemberInvited: ResolverTypeWrapper<Omit<MemberInvited, 'invitation'> & { invitation: ResolversTypes['Invitation'] }>;
  AccountNotFound: ResolverTypeWrapper<AccountNotFound>;
  AlreadyMember: ResolverTypeWrapper<AlreadyMember>;
  AlreadyInvited: ResolverTypeWrapper<AlreadyInvited>;
  ChangeMemberRoleResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['ChangeMemberRoleResult']>;
  MemberRoleChanged: ResolverTypeWrapper<Omit<MemberRoleChanged, 'member'> & { member: ResolversTypes['Member'] }>;
  LastOwner: ResolverTypeWrapper<LastOwner>;
  RemoveMemberResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RemoveMemberResult']>;
  MemberRemoved: ResolverTypeWrapper<MemberRemoved>;
  CreateApiKeyInput: CreateApiKeyInput;
  ApiKeyCreated: ResolverTypeWrapper<Omit<ApiKeyCreated, 'apiKey'> & { apiKey: ResolversTypes['ApiKey'] }>;
  SigningKeyRotated: ResolverTypeWrapper<SigningKeyRotated>;
  VerifiedApiKey: ResolverTypeWrapper<VerifiedApiKey>;
  WaitingRevocation: ResolverTypeWrapper<WaitingRevocation>;
  ResolvedWorkspace: ResolverTypeWrapper<ResolvedWorkspace>;
  RefusalInput: RefusalInput;
  link__Purpose: Link__Purpose;
  link__Import: ResolverTypeWrapper<Scalars['link__Import']['output']>;
  federation__FieldSet: ResolverTypeWrapper<Scalars['federation__FieldSet']['output']>;
  federation__Scope: ResolverTypeWrapper<Scalars['federation__Scope']['output']>;
  federation__Policy: ResolverTypeWrapper<Scalars['federation__Policy']['output']>;
  federation__ContextFieldValue: ResolverTypeWrapper<Scalars['federation__ContextFieldValue']['output']>;
  _Any: ResolverTypeWrapper<Scalars['_Any']['output']>;
  _Service: ResolverTypeWrapper<_Service>;
  _Entity: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['_Entity']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Cursor: Scalars['Cursor']['output'];
  DateTime: Scalars['DateTime']['output'];
  JSON: Scalars['JSON']['output'];
  Base64: Scalars['Base64']['output'];
  PageInfo: PageInfo;
  Query: Record<PropertyKey, never>;
  ID: Scalars['ID']['output'];
  Mutation: Record<PropertyKey, never>;
  Subscription: Record<PropertyKey, never>;
  Viewer: ViewerRecord;
  Membership: Omit<Membership, 'workspace'> & { workspace: ResolversParentTypes['Workspace'] };
  User: UserRecord;
  Workspace: WorkspaceRecord;
  ReceivedInvitation: ReceivedInvitationRecord;
  Member: MemberRecord;
  Invitation: InvitationRecord;
  ApiKey: ApiKeyRecord;
  MemberConnection: MemberPage;
  MemberEdge: Omit<MemberEdge, 'node'> & { node: ResolversParentTypes['Member'] };
  InvitationConnection: InvitationPage;
  InvitationEdge: Omit<InvitationEdge, 'node'> & { node: ResolversParentTypes['Invitation'] };
  ApiKeyConnection: ApiKeyPage;
  ApiKeyEdge: Omit<ApiKeyEdge, 'node'> & { node: ResolversParentTypes['ApiKey'] };
  AuditWhere: AuditWhere;
  AuditEntry: AuditRecord;
  AuditActor: AuditActorRecord;
  AuditConnection: AuditPage;
  AuditEdge: Omit<AuditEdge, 'node'> & { node: ResolversParentTypes['AuditEntry'] };
  AuditVerdict: AuditVerdict;
  LogEvent: Omit<LogEvent, 'actor'> & { actor: ResolversParentTypes['AuditActor'] };
  DemoSignIn: DemoSignIn;
  Failure: ResolversInterfaceTypes<ResolversParentTypes>['Failure'];
  SignUpInput: SignUpInput;
  SignUpResult: ResolversUnionTypes<ResolversParentTypes>['SignUpResult'];
  SignUpAccepted: SignUpAccepted;
  SignUpClosed: SignUpClosed;
  InvalidEmail: InvalidEmail;
  WeakPassword: WeakPassword;
  SignInInput: SignInInput;
  SignInResult: ResolversUnionTypes<ResolversParentTypes>['SignInResult'];
  SignedIn: SignedIn;
  SignInFailed: SignInFailed;
  NotYourWorkspace: NotYourWorkspace;
  RefreshResult: ResolversUnionTypes<ResolversParentTypes>['RefreshResult'];
  SessionEnded: SessionEnded;
  ChangePasswordInput: ChangePasswordInput;
  ChangePasswordResult: ResolversUnionTypes<ResolversParentTypes>['ChangePasswordResult'];
  PasswordChanged: PasswordChanged;
  CreateWorkspaceInput: CreateWorkspaceInput;
  CreateWorkspaceResult: ResolversUnionTypes<ResolversParentTypes>['CreateWorkspaceResult'];
  WorkspaceCreated: Omit<WorkspaceCreated, 'workspace'> & { workspace: ResolversParentTypes['Workspace'] };
  SlugTaken: SlugTaken;
  SetUpNeeded: SetUpNeeded;
  InvalidSlug: InvalidSlug;
  WorkspaceSwitched: WorkspaceSwitched;
  AddMemberInput: AddMemberInput;
  AddMemberResult: ResolversUnionTypes<ResolversParentTypes>['AddMemberResult'];
  MemberInvited: Omit<MemberInvited, 'invitation'> & { invitation: ResolversParentTypes['Invitation'] };
  AccountNotFound: AccountNotFound;
  AlreadyMember: AlreadyMember;
  AlreadyInvited: AlreadyInvited;
  ChangeMemberRoleResult: ResolversUnionTypes<ResolversParentTypes>['ChangeMemberRoleResult'];
  MemberRoleChanged: Omit<MemberRoleChanged, 'member'> & { member: ResolversParentTypes['Member'] };
  LastOwner: LastOwner;
  RemoveMemberResult: ResolversUnionTypes<ResolversParentTypes>['RemoveMemberResult'];
  MemberRemoved: MemberRemoved;
  CreateApiKeyInput: CreateApiKeyInput;
  ApiKeyCreated: Omit<ApiKeyCreated, 'apiKey'> & { apiKey: ResolversParentTypes['ApiKey'] };
  SigningKeyRotated: SigningKeyRotated;
  VerifiedApiKey: VerifiedApiKey;
  WaitingRevocation: WaitingRevocation;
  ResolvedWorkspace: ResolvedWorkspace;
  RefusalInput: RefusalInput;
  link__Import: Scalars['link__Import']['output'];
  federation__FieldSet: Scalars['federation__FieldSet']['output'];
  federation__Scope: Scalars['federation__Scope']['output'];
  federation__Policy: Scalars['federation__Policy']['output'];
  federation__ContextFieldValue: Scalars['federation__ContextFieldValue']['output'];
  _Any: Scalars['_Any']['output'];
  _Service: _Service;
  _Entity: ResolversUnionTypes<ResolversParentTypes>['_Entity'];
  String: Scalars['String']['output'];
  Boolean: Scalars['Boolean']['output'];
  Int: Scalars['Int']['output'];
};

export type AllowDirectiveArgs = {
  to: Array<Scalars['String']['input']>;
  scope?: Maybe<Scalars['String']['input']>;
};

export type AllowDirectiveResolver<Result, Parent, ContextType = Context, Args = AllowDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type LogStreamDirectiveArgs = {
  topic: Scalars['String']['input'];
  types: Array<Scalars['String']['input']>;
  subject: Scalars['String']['input'];
  filter?: Maybe<Scalars['String']['input']>;
};

export type LogStreamDirectiveResolver<Result, Parent, ContextType = Context, Args = LogStreamDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type EphemeralDirectiveArgs = {
  channel: Scalars['String']['input'];
};

export type EphemeralDirectiveResolver<Result, Parent, ContextType = Context, Args = EphemeralDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type CheckedPerItemDirectiveArgs = { };

export type CheckedPerItemDirectiveResolver<Result, Parent, ContextType = Context, Args = CheckedPerItemDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type LinkDirectiveArgs = {
  url?: Maybe<Scalars['String']['input']>;
  as?: Maybe<Scalars['String']['input']>;
  for?: Maybe<Link__Purpose>;
  import?: Maybe<Array<Maybe<Scalars['link__Import']['input']>>>;
};

export type LinkDirectiveResolver<Result, Parent, ContextType = Context, Args = LinkDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type KeyDirectiveArgs = {
  fields: Scalars['federation__FieldSet']['input'];
  resolvable?: Maybe<Scalars['Boolean']['input']>;
};

export type KeyDirectiveResolver<Result, Parent, ContextType = Context, Args = KeyDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type RequiresDirectiveArgs = {
  fields: Scalars['federation__FieldSet']['input'];
};

export type RequiresDirectiveResolver<Result, Parent, ContextType = Context, Args = RequiresDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ProvidesDirectiveArgs = {
  fields: Scalars['federation__FieldSet']['input'];
};

export type ProvidesDirectiveResolver<Result, Parent, ContextType = Context, Args = ProvidesDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ExternalDirectiveArgs = {
  reason?: Maybe<Scalars['String']['input']>;
};

export type ExternalDirectiveResolver<Result, Parent, ContextType = Context, Args = ExternalDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type TagDirectiveArgs = {
  name: Scalars['String']['input'];
};

export type TagDirectiveResolver<Result, Parent, ContextType = Context, Args = TagDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type Federation__ExtendsDirectiveArgs = { };

export type Federation__ExtendsDirectiveResolver<Result, Parent, ContextType = Context, Args = Federation__ExtendsDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ShareableDirectiveArgs = { };

export type ShareableDirectiveResolver<Result, Parent, ContextType = Context, Args = ShareableDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type InaccessibleDirectiveArgs = { };

export type InaccessibleDirectiveResolver<Result, Parent, ContextType = Context, Args = InaccessibleDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type OverrideDirectiveArgs = {
  from: Scalars['String']['input'];
  label?: Maybe<Scalars['String']['input']>;
};

export type OverrideDirectiveResolver<Result, Parent, ContextType = Context, Args = OverrideDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ComposeDirectiveDirectiveArgs = {
  name?: Maybe<Scalars['String']['input']>;
};

export type ComposeDirectiveDirectiveResolver<Result, Parent, ContextType = Context, Args = ComposeDirectiveDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type InterfaceObjectDirectiveArgs = { };

export type InterfaceObjectDirectiveResolver<Result, Parent, ContextType = Context, Args = InterfaceObjectDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type Federation__AuthenticatedDirectiveArgs = { };

export type Federation__AuthenticatedDirectiveResolver<Result, Parent, ContextType = Context, Args = Federation__AuthenticatedDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type Federation__RequiresScopesDirectiveArgs = {
  scopes: Array<Array<Scalars['federation__Scope']['input']>>;
};

export type Federation__RequiresScopesDirectiveResolver<Result, Parent, ContextType = Context, Args = Federation__RequiresScopesDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type Federation__PolicyDirectiveArgs = {
  policies: Array<Array<Scalars['federation__Policy']['input']>>;
};

export type Federation__PolicyDirectiveResolver<Result, Parent, ContextType = Context, Args = Federation__PolicyDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type Federation__ContextDirectiveArgs = {
  name: Scalars['String']['input'];
};

export type Federation__ContextDirectiveResolver<Result, Parent, ContextType = Context, Args = Federation__ContextDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type Federation__FromContextDirectiveArgs = {
  field?: Maybe<Scalars['federation__ContextFieldValue']['input']>;
};

export type Federation__FromContextDirectiveResolver<Result, Parent, ContextType = Context, Args = Federation__FromContextDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type CostDirectiveArgs = {
  weight: Scalars['Int']['input'];
};

export type CostDirectiveResolver<Result, Parent, ContextType = Context, Args = CostDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ListSizeDirectiveArgs = {
  assumedSize?: Maybe<Scalars['Int']['input']>;
  slicingArguments?: Maybe<Array<Scalars['String']['input']>>;
  sizedFields?: Maybe<Array<Scalars['String']['input']>>;
  requireOneSlicingArgument?: Maybe<Scalars['Boolean']['input']>;
};

export type ListSizeDirectiveResolver<Result, Parent, ContextType = Context, Args = ListSizeDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export interface CursorScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Cursor'], any> {
  name: 'Cursor';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export interface Base64ScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Base64'], any> {
  name: 'Base64';
}

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  viewer?: Resolver<ResolversTypes['Viewer'], ParentType, ContextType>;
  workspace?: Resolver<ResolversTypes['Workspace'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryUserArgs, 'id'>>;
  members?: Resolver<ResolversTypes['MemberConnection'], ParentType, ContextType, Partial<QueryMembersArgs>>;
  invitations?: Resolver<ResolversTypes['InvitationConnection'], ParentType, ContextType, Partial<QueryInvitationsArgs>>;
  apiKeys?: Resolver<ResolversTypes['ApiKeyConnection'], ParentType, ContextType, Partial<QueryApiKeysArgs>>;
  auditLog?: Resolver<ResolversTypes['AuditConnection'], ParentType, ContextType, Partial<QueryAuditLogArgs>>;
  auditChainIntact?: Resolver<ResolversTypes['AuditVerdict'], ParentType, ContextType>;
  signUpOpen?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  demoSignIns?: Resolver<Array<ResolversTypes['DemoSignIn']>, ParentType, ContextType>;
  verifyApiKey?: Resolver<Maybe<ResolversTypes['VerifiedApiKey']>, ParentType, ContextType, RequireFields<QueryVerifyApiKeyArgs, 'secret'>>;
  resolveWorkspace?: Resolver<Maybe<ResolversTypes['ResolvedWorkspace']>, ParentType, ContextType, RequireFields<QueryResolveWorkspaceArgs, 'slug'>>;
  waitingRevocations?: Resolver<Array<ResolversTypes['WaitingRevocation']>, ParentType, ContextType, Partial<QueryWaitingRevocationsArgs>>;
  _entities?: Resolver<Array<Maybe<ResolversTypes['_Entity']>>, ParentType, ContextType, RequireFields<Query_EntitiesArgs, 'representations'>>;
  _service?: Resolver<ResolversTypes['_Service'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  signUp?: Resolver<ResolversTypes['SignUpResult'], ParentType, ContextType, RequireFields<MutationSignUpArgs, 'input'>>;
  signIn?: Resolver<ResolversTypes['SignInResult'], ParentType, ContextType, RequireFields<MutationSignInArgs, 'input'>>;
  refreshSession?: Resolver<ResolversTypes['RefreshResult'], ParentType, ContextType, RequireFields<MutationRefreshSessionArgs, 'refreshToken'>>;
  signOut?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, Partial<MutationSignOutArgs>>;
  signOutEverywhere?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  changePassword?: Resolver<ResolversTypes['ChangePasswordResult'], ParentType, ContextType, RequireFields<MutationChangePasswordArgs, 'input'>>;
  createWorkspace?: Resolver<ResolversTypes['CreateWorkspaceResult'], ParentType, ContextType, RequireFields<MutationCreateWorkspaceArgs, 'input'>>;
  switchWorkspace?: Resolver<ResolversTypes['WorkspaceSwitched'], ParentType, ContextType, RequireFields<MutationSwitchWorkspaceArgs, 'slug'>>;
  addMember?: Resolver<ResolversTypes['AddMemberResult'], ParentType, ContextType, RequireFields<MutationAddMemberArgs, 'input'>>;
  withdrawInvitation?: Resolver<ResolversTypes['Invitation'], ParentType, ContextType, RequireFields<MutationWithdrawInvitationArgs, 'id'>>;
  declineInvitation?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationDeclineInvitationArgs, 'slug'>>;
  changeMemberRole?: Resolver<ResolversTypes['ChangeMemberRoleResult'], ParentType, ContextType, RequireFields<MutationChangeMemberRoleArgs, 'userId' | 'role'>>;
  removeMember?: Resolver<ResolversTypes['RemoveMemberResult'], ParentType, ContextType, RequireFields<MutationRemoveMemberArgs, 'userId'>>;
  createApiKey?: Resolver<ResolversTypes['ApiKeyCreated'], ParentType, ContextType, RequireFields<MutationCreateApiKeyArgs, 'input'>>;
  revokeApiKey?: Resolver<ResolversTypes['ApiKey'], ParentType, ContextType, RequireFields<MutationRevokeApiKeyArgs, 'id'>>;
  rotateSigningKey?: Resolver<ResolversTypes['SigningKeyRotated'], ParentType, ContextType>;
  recordRefusals?: Resolver<ResolversTypes['Int'], ParentType, ContextType, RequireFields<MutationRecordRefusalsArgs, 'input'>>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  events?: SubscriptionResolver<Maybe<ResolversTypes['LogEvent']>, "events", ParentType, ContextType, RequireFields<SubscriptionEventsArgs, 'topic'>>;
};

export type ViewerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Viewer'] = ResolversParentTypes['Viewer']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['PrincipalKind'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  workspace?: Resolver<Maybe<ResolversTypes['Workspace']>, ParentType, ContextType>;
  isOperator?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  role?: Resolver<Maybe<ResolversTypes['Role']>, ParentType, ContextType>;
  scopes?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  sessionId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  memberships?: Resolver<Array<ResolversTypes['Membership']>, ParentType, ContextType>;
  invitations?: Resolver<Array<ResolversTypes['ReceivedInvitation']>, ParentType, ContextType>;
};

export type MembershipResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Membership'] = ResolversParentTypes['Membership']> = {
  workspace?: Resolver<ResolversTypes['Workspace'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['Role'], ParentType, ContextType>;
};

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  email?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WorkspaceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Workspace'] = ResolversParentTypes['Workspace']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  slug?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ReceivedInvitationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReceivedInvitation'] = ResolversParentTypes['ReceivedInvitation']> = {
  workspace?: Resolver<ResolversTypes['Workspace'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['Role'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type MemberResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Member'] = ResolversParentTypes['Member']> = {
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['Role'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type InvitationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Invitation'] = ResolversParentTypes['Invitation']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  email?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['Role'], ParentType, ContextType>;
  invitedBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type ApiKeyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApiKey'] = ResolversParentTypes['ApiKey']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['Role'], ParentType, ContextType>;
  scopes?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  revokedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type MemberConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MemberConnection'] = ResolversParentTypes['MemberConnection']> = {
  edges?: Resolver<Array<ResolversTypes['MemberEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Member']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type MemberEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MemberEdge'] = ResolversParentTypes['MemberEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Member'], ParentType, ContextType>;
};

export type InvitationConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InvitationConnection'] = ResolversParentTypes['InvitationConnection']> = {
  edges?: Resolver<Array<ResolversTypes['InvitationEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Invitation']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type InvitationEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InvitationEdge'] = ResolversParentTypes['InvitationEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Invitation'], ParentType, ContextType>;
};

export type ApiKeyConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApiKeyConnection'] = ResolversParentTypes['ApiKeyConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ApiKeyEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['ApiKey']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ApiKeyEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApiKeyEdge'] = ResolversParentTypes['ApiKeyEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ApiKey'], ParentType, ContextType>;
};

export type AuditEntryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditEntry'] = ResolversParentTypes['AuditEntry']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  time?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  action?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  actor?: Resolver<ResolversTypes['AuditActor'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  details?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
};

export type AuditActorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditActor'] = ResolversParentTypes['AuditActor']> = {
  kind?: Resolver<ResolversTypes['PrincipalKind'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
};

export type AuditConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditConnection'] = ResolversParentTypes['AuditConnection']> = {
  edges?: Resolver<Array<ResolversTypes['AuditEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['AuditEntry']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AuditEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditEdge'] = ResolversParentTypes['AuditEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['AuditEntry'], ParentType, ContextType>;
};

export type AuditVerdictResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditVerdict'] = ResolversParentTypes['AuditVerdict']> = {
  intact?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  entries?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  checkedSince?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type LogEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LogEvent'] = ResolversParentTypes['LogEvent']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  topic?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  time?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  actor?: Resolver<ResolversTypes['AuditActor'], ParentType, ContextType>;
  details?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
};

export type DemoSignInResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DemoSignIn'] = ResolversParentTypes['DemoSignIn']> = {
  email?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  password?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['Role'], ParentType, ContextType>;
};

export type FailureResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Failure'] = ResolversParentTypes['Failure']> = {
  __resolveType: TypeResolveFn<'SignUpClosed' | 'InvalidEmail' | 'WeakPassword' | 'SignInFailed' | 'NotYourWorkspace' | 'SessionEnded' | 'SlugTaken' | 'SetUpNeeded' | 'InvalidSlug' | 'AccountNotFound' | 'AlreadyMember' | 'AlreadyInvited' | 'LastOwner', ParentType, ContextType>;
};

export type SignUpResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SignUpResult'] = ResolversParentTypes['SignUpResult']> = {
  __resolveType: TypeResolveFn<'SignUpAccepted' | 'SignUpClosed' | 'InvalidEmail' | 'WeakPassword', ParentType, ContextType>;
};

export type SignUpAcceptedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SignUpAccepted'] = ResolversParentTypes['SignUpAccepted']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SignUpClosedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SignUpClosed'] = ResolversParentTypes['SignUpClosed']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InvalidEmailResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InvalidEmail'] = ResolversParentTypes['InvalidEmail']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WeakPasswordResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WeakPassword'] = ResolversParentTypes['WeakPassword']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  minLength?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SignInResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SignInResult'] = ResolversParentTypes['SignInResult']> = {
  __resolveType: TypeResolveFn<'SignedIn' | 'SignInFailed' | 'NotYourWorkspace', ParentType, ContextType>;
};

export type SignedInResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SignedIn'] = ResolversParentTypes['SignedIn']> = {
  accessToken?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  accessTokenExpiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  refreshToken?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  refreshTokenExpiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  sessionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  workspaceId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  role?: Resolver<Maybe<ResolversTypes['Role']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SignInFailedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SignInFailed'] = ResolversParentTypes['SignInFailed']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type NotYourWorkspaceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NotYourWorkspace'] = ResolversParentTypes['NotYourWorkspace']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RefreshResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RefreshResult'] = ResolversParentTypes['RefreshResult']> = {
  __resolveType: TypeResolveFn<'SignedIn' | 'SessionEnded', ParentType, ContextType>;
};

export type SessionEndedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SessionEnded'] = ResolversParentTypes['SessionEnded']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ChangePasswordResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChangePasswordResult'] = ResolversParentTypes['ChangePasswordResult']> = {
  __resolveType: TypeResolveFn<'PasswordChanged' | 'SignInFailed' | 'WeakPassword', ParentType, ContextType>;
};

export type PasswordChangedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PasswordChanged'] = ResolversParentTypes['PasswordChanged']> = {
  endedSessions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CreateWorkspaceResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateWorkspaceResult'] = ResolversParentTypes['CreateWorkspaceResult']> = {
  __resolveType: TypeResolveFn<'WorkspaceCreated' | 'SlugTaken' | 'InvalidSlug' | 'SetUpNeeded', ParentType, ContextType>;
};

export type WorkspaceCreatedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WorkspaceCreated'] = ResolversParentTypes['WorkspaceCreated']> = {
  workspace?: Resolver<ResolversTypes['Workspace'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SlugTakenResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SlugTaken'] = ResolversParentTypes['SlugTaken']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SetUpNeededResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SetUpNeeded'] = ResolversParentTypes['SetUpNeeded']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InvalidSlugResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InvalidSlug'] = ResolversParentTypes['InvalidSlug']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WorkspaceSwitchedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WorkspaceSwitched'] = ResolversParentTypes['WorkspaceSwitched']> = {
  accessToken?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  accessTokenExpiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  workspaceId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['Role'], ParentType, ContextType>;
};

export type AddMemberResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AddMemberResult'] = ResolversParentTypes['AddMemberResult']> = {
  __resolveType: TypeResolveFn<'MemberInvited' | 'AccountNotFound' | 'AlreadyMember' | 'AlreadyInvited', ParentType, ContextType>;
};

export type MemberInvitedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MemberInvited'] = ResolversParentTypes['MemberInvited']> = {
  invitation?: Resolver<ResolversTypes['Invitation'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AccountNotFoundResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AccountNotFound'] = ResolversParentTypes['AccountNotFound']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AlreadyMemberResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AlreadyMember'] = ResolversParentTypes['AlreadyMember']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AlreadyInvitedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AlreadyInvited'] = ResolversParentTypes['AlreadyInvited']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ChangeMemberRoleResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChangeMemberRoleResult'] = ResolversParentTypes['ChangeMemberRoleResult']> = {
  __resolveType: TypeResolveFn<'MemberRoleChanged' | 'LastOwner', ParentType, ContextType>;
};

export type MemberRoleChangedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MemberRoleChanged'] = ResolversParentTypes['MemberRoleChanged']> = {
  member?: Resolver<ResolversTypes['Member'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type LastOwnerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LastOwner'] = ResolversParentTypes['LastOwner']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RemoveMemberResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RemoveMemberResult'] = ResolversParentTypes['RemoveMemberResult']> = {
  __resolveType: TypeResolveFn<'MemberRemoved' | 'LastOwner', ParentType, ContextType>;
};

export type MemberRemovedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MemberRemoved'] = ResolversParentTypes['MemberRemoved']> = {
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ApiKeyCreatedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApiKeyCreated'] = ResolversParentTypes['ApiKeyCreated']> = {
  apiKey?: Resolver<ResolversTypes['ApiKey'], ParentType, ContextType>;
  secret?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SigningKeyRotatedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SigningKeyRotated'] = ResolversParentTypes['SigningKeyRotated']> = {
  activeKeyId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  retiredKeyId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type VerifiedApiKeyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['VerifiedApiKey'] = ResolversParentTypes['VerifiedApiKey']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  workspaceId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['Role'], ParentType, ContextType>;
  scopes?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type WaitingRevocationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WaitingRevocation'] = ResolversParentTypes['WaitingRevocation']> = {
  row?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  workspaceId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  sessionId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  keyId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  role?: Resolver<Maybe<ResolversTypes['Role']>, ParentType, ContextType>;
};

export type ResolvedWorkspaceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ResolvedWorkspace'] = ResolversParentTypes['ResolvedWorkspace']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  slug?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export interface Link__ImportScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['link__Import'], any> {
  name: 'link__Import';
}

export interface Federation__FieldSetScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['federation__FieldSet'], any> {
  name: 'federation__FieldSet';
}

export interface Federation__ScopeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['federation__Scope'], any> {
  name: 'federation__Scope';
}

export interface Federation__PolicyScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['federation__Policy'], any> {
  name: 'federation__Policy';
}

export interface Federation__ContextFieldValueScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['federation__ContextFieldValue'], any> {
  name: 'federation__ContextFieldValue';
}

export interface _AnyScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['_Any'], any> {
  name: '_Any';
}

export type _ServiceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['_Service'] = ResolversParentTypes['_Service']> = {
  sdl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type _EntityResolvers<ContextType = Context, ParentType extends ResolversParentTypes['_Entity'] = ResolversParentTypes['_Entity']> = {
  __resolveType: TypeResolveFn<'User' | 'Workspace', ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  Cursor?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  Base64?: GraphQLScalarType;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  Viewer?: ViewerResolvers<ContextType>;
  Membership?: MembershipResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  Workspace?: WorkspaceResolvers<ContextType>;
  ReceivedInvitation?: ReceivedInvitationResolvers<ContextType>;
  Member?: MemberResolvers<ContextType>;
  Invitation?: InvitationResolvers<ContextType>;
  ApiKey?: ApiKeyResolvers<ContextType>;
  MemberConnection?: MemberConnectionResolvers<ContextType>;
  MemberEdge?: MemberEdgeResolvers<ContextType>;
  InvitationConnection?: InvitationConnectionResolvers<ContextType>;
  InvitationEdge?: InvitationEdgeResolvers<ContextType>;
  ApiKeyConnection?: ApiKeyConnectionResolvers<ContextType>;
  ApiKeyEdge?: ApiKeyEdgeResolvers<ContextType>;
  AuditEntry?: AuditEntryResolvers<ContextType>;
  AuditActor?: AuditActorResolvers<ContextType>;
  AuditConnection?: AuditConnectionResolvers<ContextType>;
  AuditEdge?: AuditEdgeResolvers<ContextType>;
  AuditVerdict?: AuditVerdictResolvers<ContextType>;
  LogEvent?: LogEventResolvers<ContextType>;
  DemoSignIn?: DemoSignInResolvers<ContextType>;
  Failure?: FailureResolvers<ContextType>;
  SignUpResult?: SignUpResultResolvers<ContextType>;
  SignUpAccepted?: SignUpAcceptedResolvers<ContextType>;
  SignUpClosed?: SignUpClosedResolvers<ContextType>;
  InvalidEmail?: InvalidEmailResolvers<ContextType>;
  WeakPassword?: WeakPasswordResolvers<ContextType>;
  SignInResult?: SignInResultResolvers<ContextType>;
  SignedIn?: SignedInResolvers<ContextType>;
  SignInFailed?: SignInFailedResolvers<ContextType>;
  NotYourWorkspace?: NotYourWorkspaceResolvers<ContextType>;
  RefreshResult?: RefreshResultResolvers<ContextType>;
  SessionEnded?: SessionEndedResolvers<ContextType>;
  ChangePasswordResult?: ChangePasswordResultResolvers<ContextType>;
  PasswordChanged?: PasswordChangedResolvers<ContextType>;
  CreateWorkspaceResult?: CreateWorkspaceResultResolvers<ContextType>;
  WorkspaceCreated?: WorkspaceCreatedResolvers<ContextType>;
  SlugTaken?: SlugTakenResolvers<ContextType>;
  SetUpNeeded?: SetUpNeededResolvers<ContextType>;
  InvalidSlug?: InvalidSlugResolvers<ContextType>;
  WorkspaceSwitched?: WorkspaceSwitchedResolvers<ContextType>;
  AddMemberResult?: AddMemberResultResolvers<ContextType>;
  MemberInvited?: MemberInvitedResolvers<ContextType>;
  AccountNotFound?: AccountNotFoundResolvers<ContextType>;
  AlreadyMember?: AlreadyMemberResolvers<ContextType>;
  AlreadyInvited?: AlreadyInvitedResolvers<ContextType>;
  ChangeMemberRoleResult?: ChangeMemberRoleResultResolvers<ContextType>;
  MemberRoleChanged?: MemberRoleChangedResolvers<ContextType>;
  LastOwner?: LastOwnerResolvers<ContextType>;
  RemoveMemberResult?: RemoveMemberResultResolvers<ContextType>;
  MemberRemoved?: MemberRemovedResolvers<ContextType>;
  ApiKeyCreated?: ApiKeyCreatedResolvers<ContextType>;
  SigningKeyRotated?: SigningKeyRotatedResolvers<ContextType>;
  VerifiedApiKey?: VerifiedApiKeyResolvers<ContextType>;
  WaitingRevocation?: WaitingRevocationResolvers<ContextType>;
  ResolvedWorkspace?: ResolvedWorkspaceResolvers<ContextType>;
  link__Import?: GraphQLScalarType;
  federation__FieldSet?: GraphQLScalarType;
  federation__Scope?: GraphQLScalarType;
  federation__Policy?: GraphQLScalarType;
  federation__ContextFieldValue?: GraphQLScalarType;
  _Any?: GraphQLScalarType;
  _Service?: _ServiceResolvers<ContextType>;
  _Entity?: _EntityResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  allow?: AllowDirectiveResolver<any, any, ContextType>;
  logStream?: LogStreamDirectiveResolver<any, any, ContextType>;
  ephemeral?: EphemeralDirectiveResolver<any, any, ContextType>;
  checkedPerItem?: CheckedPerItemDirectiveResolver<any, any, ContextType>;
  link?: LinkDirectiveResolver<any, any, ContextType>;
  key?: KeyDirectiveResolver<any, any, ContextType>;
  requires?: RequiresDirectiveResolver<any, any, ContextType>;
  provides?: ProvidesDirectiveResolver<any, any, ContextType>;
  external?: ExternalDirectiveResolver<any, any, ContextType>;
  tag?: TagDirectiveResolver<any, any, ContextType>;
  federation__extends?: Federation__ExtendsDirectiveResolver<any, any, ContextType>;
  shareable?: ShareableDirectiveResolver<any, any, ContextType>;
  inaccessible?: InaccessibleDirectiveResolver<any, any, ContextType>;
  override?: OverrideDirectiveResolver<any, any, ContextType>;
  composeDirective?: ComposeDirectiveDirectiveResolver<any, any, ContextType>;
  interfaceObject?: InterfaceObjectDirectiveResolver<any, any, ContextType>;
  federation__authenticated?: Federation__AuthenticatedDirectiveResolver<any, any, ContextType>;
  federation__requiresScopes?: Federation__RequiresScopesDirectiveResolver<any, any, ContextType>;
  federation__policy?: Federation__PolicyDirectiveResolver<any, any, ContextType>;
  federation__context?: Federation__ContextDirectiveResolver<any, any, ContextType>;
  federation__fromContext?: Federation__FromContextDirectiveResolver<any, any, ContextType>;
  cost?: CostDirectiveResolver<any, any, ContextType>;
  listSize?: ListSizeDirectiveResolver<any, any, ContextType>;
};

