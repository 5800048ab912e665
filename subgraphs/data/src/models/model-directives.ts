/** The vocabulary of model files. Only the compiler of models reads these directives; they do not reach the graph. */
export const modelDirectives = /* GraphQL */ `
  enum ModelStore { RELATIONAL DOCUMENT }

  "A type whose items are stored: rows of a table of its own, or documents of a collection."
  directive @model(store: ModelStore = RELATIONAL, plural: String) on OBJECT

  "Who may read and who may write the items."
  directive @access(read: [Grant!]!, write: [Grant!]!) on OBJECT

  "Each item has a text that many edit together, and a list of who is there. One model may have it."
  directive @room on OBJECT

  "No two items of a workspace have the same value; items can be asked for by it."
  directive @unique on FIELD_DEFINITION

  "Filtering and sorting by this field stays fast on large tables."
  directive @index on FIELD_DEFINITION

  "What every value keeps to: a number's bounds, inclusive, or a text's length in characters. Null keeps to everything."
  directive @constraint(min: Float, max: Float, minLength: Int, maxLength: Int) on FIELD_DEFINITION

  "The other end of the reference \`field\` of the listed model."
  directive @relation(field: String) on FIELD_DEFINITION
`;

/** Read by other subgraphs; here they mean nothing: `@metric` is for analytics. */
export const foreignDirectives: ReadonlySet<string> = new Set(['metric']);

/** The directives a type or field may carry, with their arguments. */
export const knownDirectives = {
  type: { model: ['store', 'plural'], access: ['read', 'write'], room: [] },
  field: {
    unique: [],
    index: [],
    relation: ['field'],
    constraint: ['min', 'max', 'minLength', 'maxLength'],
  },
} as const satisfies Record<string, Record<string, readonly string[]>>;
