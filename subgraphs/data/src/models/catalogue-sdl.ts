/** What the models are, for programs that meet them at run time: the console, generators, clients behind closed introspection. */
export const catalogueTypeDefs = `
"A model as whoever asks may use it."
type DataModel {
  name: String!
  description: String
  store: DataModelStore!
  "Root field of one item: \`airport\`. Mutations and the subscription carry the model's name: \`updateAirport\`, \`airportChanged\`."
  singular: String!
  "Root field of the list: \`airports\`."
  plural: String!
  "Whether whoever asks may create items, and change at least those they made."
  writable: Boolean!
  "Whether that holds for their own items only."
  ownItemsOnly: Boolean!
  "Whether each item has a text that is edited together (\`noteDocument\`, \`docUpdates\`, \`applyDocUpdate\`)."
  room: Boolean!
  fields: [DataModelField!]!
  lists: [DataModelList!]!
}
enum DataModelStore { RELATIONAL DOCUMENT }
type DataModelField {
  name: String!
  "The name of its scalar, or ID for a reference."
  type: String!
  required: Boolean!
  "One item can be asked for by it."
  unique: Boolean!
  "Set by the system, and never part of an input."
  system: Boolean!
  "\`where\` can name it."
  filterable: Boolean!
  "\`orderBy\` can name it."
  sortable: Boolean!
  "The model a reference points to; null for all else."
  target: String
  "The entity of another subgraph it refers to: \`File\`; null for all else."
  entity: String
  description: String
}
"The other end of references."
type DataModelList {
  name: String!
  target: String!
  "The reference of the target that points back here."
  via: String!
  description: String
}
extend type Query {
  "The models whoever asks may read, in the order of their files."
  dataModels: [DataModel!]! @allow(to: ["PUBLIC"], scope: "data:read")
}`;
