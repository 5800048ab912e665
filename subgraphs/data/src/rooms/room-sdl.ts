import type { Model } from '../models/model.ts';

/** The API of the texts that items of `model` have. Reading one takes the rights to read the item, editing those to change it. */
export function roomTypeDefs({ name, read, write }: Model): string {
  const allow = (grants: readonly string[], scope: string): string =>
    `@allow(to: [${grants.map((grant) => `"${grant}"`).join(', ')}], scope: "${scope}")`;
  const reading = allow(read, 'data:read');
  // Readers without an account may look on; who appears beside the text is somebody of the workspace.
  const strangers = read.some((grant) => grant === 'PUBLIC' || grant === 'SIGNED_IN');
  const appearing = strangers ? allow(['MEMBER'], 'data:read') : reading;
  return `
"A text that is edited together, as one Yjs update (format v1) that makes all of it."
type NoteDocument {
  noteId: ID!
  state: Base64!
  "How many updates it is made of."
  seq: Int!
}
type DocUpdateResult {
  "The number of the update in its room: 1, 2, 3 … without gaps."
  seq: Int!
}
"""
One update to apply. Updates commute and repeat without harm: a client applies whatever comes, in whatever order.
The first payload of a subscription without \`after\` is the whole text (\`snapshot\`). It has no cursor: whoever is cut off before
the next payload subscribes again without \`after\`.
"""
type DocUpdate {
  cursor: Cursor
  snapshot: Boolean!
  update: Base64!
}
type Presence {
  clientId: String!
  memberId: String!
  "What the client wants others to see: name, colour, cursor. Null: it has left."
  state: JSON
  "Forget it after this moment, unless it is renewed."
  expiresAt: DateTime!
}
"Who is there: everybody in the first payload (\`snapshot\`), afterwards whoever changed; everybody again, in the place of all before, where changes came too fast to be told."
type PresenceChange {
  snapshot: Boolean!
  clients: [Presence!]!
}
extend type Query {
  noteDocument(noteId: ID!): NoteDocument ${reading} @cost(weight: 50)
}
extend type Mutation {
  "Appends a Yjs update of up to 256 KB to the text of a note."
  applyDocUpdate(noteId: ID!, update: Base64!): DocUpdateResult ${allow(write, 'data:write')}
  "Says that a client is there, for 30 seconds; \`state\` of up to 4 KB is shown to others, null leaves. For members who may read the note."
  setPresence(noteId: ID!, clientId: String!, state: JSON): Presence ${appearing}
}
extend type Subscription {
  "The text of a note as it changes. It ends with the error NOT_FOUND when the note is deleted."
  docUpdates(noteId: ID!, after: Cursor): DocUpdate ${reading}
    @logStream(topic: "data.room", types: ["data.room.updated", "data.room.closed"], subject: "${name}/{noteId}")
  "Who is with a note, as it changes. It ends with the error NOT_FOUND when the note is deleted."
  presenceChanged(noteId: ID!): PresenceChange ${reading} @ephemeral(channel: "presence:{workspace}:{noteId}")
}`;
}
