/** `hapax resource`: what access tokens may be for, on the local store. RFC 8707. */
import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Deleted, type ResourceAnswer, ResourceAnswer as Answer, ResourcePage } from "../Answers.ts"
import { askOperator } from "../AskOperator.ts"
import { CliFailure } from "../CliFailure.ts"
import { fields, json, moment, print, table } from "../Output.ts"
import { pages, where, withStore } from "./WithStore.ts"

const named = {
  id: Argument.String("resource").pipe(
    Argument.withDescription("Its identifier: an absolute URI, the aud of its tokens")
  ),
  json
}

const described = {
  name: Flag.String("name").pipe(Flag.withDescription("What people read on the consent page"), Flag.optional),
  scopes: Flag.String("scope").pipe(
    Flag.withDescription("What may be asked for there, also separated by spaces; may be repeated"),
    Flag.atLeast(0),
    Flag.map((values) => values.flatMap((value) => value.split(/\s+/)).filter((value) => value !== ""))
  ),
  format: Flag.Literals("token-format", ["jwt", "opaque"]).pipe(
    Flag.withDescription("jwt: it reads tokens itself. opaque: it introspects them"),
    Flag.optional
  ),
  lifetime: Flag.Int("token-lifetime").pipe(Flag.withDescription("How many seconds a token lives"), Flag.optional),
  client: Flag.String("client").pipe(Flag.withDescription("The client as which it introspects tokens"), Flag.optional)
}

type Described = {
  readonly name: Option.Option<string>
  readonly scopes: ReadonlyArray<string>
  readonly format: Option.Option<string>
  readonly lifetime: Option.Option<number>
  readonly client: Option.Option<string>
}

/** The members that were given. */
const metadataOf = ({ client, format, lifetime, name, scopes }: Described): Record<string, unknown> => {
  const members = {
    name: Option.getOrUndefined(name),
    scopes: scopes.length === 0 ? undefined : scopes,
    token_format: Option.getOrUndefined(format),
    access_token_lifetime: Option.getOrUndefined(lifetime),
    client_id: Option.getOrUndefined(client)
  }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

const root = Command.make("resource").pipe(Command.withSharedFlags(where))

const create = Command.make(
  "create",
  { ...named, ...described },
  Effect.fnUntraced(function* (input) {
    const asked = { id: input.id, metadata: metadataOf(input) }
    const made = yield* withStore(yield* root, (store) => askOperator(store, "resource.create", asked, Answer))
    print(input.json, shown(made), `The resource server ${made.id} is known.\n\n${texts(made)}`)
  })
).pipe(
  Command.withDescription("Make a resource server known"),
  Command.withExamples([
    {
      command: "hapax resource create https://api.example/ --name 'Example API' --scope 'read write'",
      description: "An API that reads its tokens itself"
    },
    {
      command: "hapax resource create https://vault.example/ --scope open --token-format opaque --client vault",
      description: "One that introspects them, as the client `vault`"
    }
  ])
)

const update = Command.make(
  "update",
  { ...named, ...described },
  Effect.fnUntraced(function* (input) {
    const asked = { id: input.id, metadata: metadataOf(input) }
    if (Object.keys(asked.metadata).length === 0) {
      return yield* new CliFailure({ message: `what is to change of ${input.id}? See: hapax resource update --help` })
    }
    const made = yield* withStore(yield* root, (store) => askOperator(store, "resource.update", asked, Answer))
    print(input.json, shown(made), `The resource server ${made.id} is changed, for new grants.\n\n${texts(made)}`)
  })
).pipe(Command.withDescription("Change a resource server: what is given replaces what was there"))

const list = Command.make(
  "list",
  { json },
  Effect.fnUntraced(function* (input) {
    const servers = yield* withStore(yield* root, (store) =>
      pages((page) =>
        Effect.map(askOperator(store, "resource.list", page, ResourcePage), ({ next, resources }) => ({
          items: resources,
          next
        }))
      )
    )
    const rows = servers.map(({ id, metadata }) => [
      id,
      String(metadata["name"] ?? ""),
      String(metadata["token_format"]),
      (metadata["scopes"] as ReadonlyArray<string>).join(" ")
    ])
    const text =
      rows.length === 0 ? "There is no resource server." : table(["RESOURCE", "NAME", "TOKENS", "SCOPES"], rows)
    print(input.json, servers.map(shown), text)
  })
).pipe(Command.withDescription("List the resource servers"))

const show = Command.make(
  "show",
  named,
  Effect.fnUntraced(function* (input) {
    const server = yield* withStore(yield* root, (store) =>
      askOperator(store, "resource.show", { id: input.id }, Answer)
    )
    print(input.json, shown(server), texts(server))
  })
).pipe(Command.withDescription("Show a resource server"))

const remove = Command.make(
  "delete",
  named,
  Effect.fnUntraced(function* (input) {
    const { id } = yield* withStore(yield* root, (store) =>
      askOperator(store, "resource.delete", { id: input.id }, Deleted)
    )
    print(input.json, { resource: id, deleted: true }, `The resource server ${id} is deleted.`)
  })
).pipe(Command.withDescription("Delete a resource server"))

export const resource = root.pipe(
  Command.withDescription("Resource servers: create, list, show, update, delete"),
  Command.withSubcommands([create, list, show, update, remove])
)

const shown = ({ createdAt, id, metadata, updatedAt }: ResourceAnswer) => ({
  resource: id,
  ...metadata,
  created_at: Math.floor(createdAt / 1000),
  updated_at: Math.floor(updatedAt / 1000)
})

const texts = (server: ResourceAnswer): string =>
  fields({
    resource: server.id,
    ...server.metadata,
    made: moment(server.createdAt),
    changed: server.updatedAt === server.createdAt ? undefined : moment(server.updatedAt)
  })
