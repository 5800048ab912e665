/**
 * The directives every subgraph may use. They are composed into the supergraph, so that the gateway can refuse early and
 * knows which topic feeds a subscription field, and are invisible in the public schema.
 * (`@logStream`, because composition takes `@stream` for incremental delivery's built-in directive and drops its definition.)
 */
export const tributarySpec = 'https://tributary.dev/spec/v1.0';

export const directiveDefinitions = /* GraphQL */ `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@inaccessible", "@tag", "@override", "@interfaceObject", "@composeDirective", "@cost", "@listSize"])
    @link(url: "${tributarySpec}", import: ["@allow", "@logStream", "@ephemeral", "@checkedPerItem"])
    @composeDirective(name: "@allow")
    @composeDirective(name: "@logStream")
    @composeDirective(name: "@ephemeral")
    @composeDirective(name: "@checkedPerItem")

  """
  Who may use a field, or (on a type) see its objects. Grants: PUBLIC, SIGNED_IN, MEMBER, VIEWER, EDITOR, ADMIN, OWNER, OWNER_OF_ROW, SERVICE. An API key
  needs \`scope\` as well, or each of several between spaces.
  """
  directive @allow(to: [String!]!, scope: String) repeatable on FIELD_DEFINITION | OBJECT

  """
  The topic that feeds a subscription field. An event is for a subscriber when its type is among \`types\` (\`*\`: all), its subject
  matches \`subject\` (\`{argument}\` stands for the value of an argument, here and in \`topic\`), its workspace is the subscriber's, and the argument named by
  \`filter\`, where there is one, holds for the event's \`after\` (or \`before\`, for what was deleted).
  """
  directive @logStream(topic: String!, types: [String!]!, subject: String!, filter: String) on FIELD_DEFINITION

  """
  The pubsub channel that feeds a subscription field whose messages are not kept (presence). \`{argument}\` stands for the value of
  an argument, \`{workspace}\` for the subscriber's workspace. Each message is one event in JSON.
  """
  directive @ephemeral(channel: String!) on FIELD_DEFINITION

  """
  A field of items that are taken or refused one by one: what is no value of its scalar comes to the resolver as it was given in a variable, and refuses its own item and
  no other. The field may be null. In the text of an operation, or as a variable of its own, such a value refuses the operation.
  """
  directive @checkedPerItem on INPUT_FIELD_DEFINITION
`;
