/** `hapax client`: registering clients and looking after them, on the local store. RFC 7591 §2. */
import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { type ClientAnswer, ClientAnswer as Answer, ClientMade, ClientPage, Deleted } from "../Answers.ts"
import { askOperator } from "../AskOperator.ts"
import { CliFailure } from "../CliFailure.ts"
import { json, moment, print, fields, table } from "../Output.ts"
import { chosenSecret } from "../Secrets.ts"
import { parseTimeSpan } from "../TimeSpan.ts"
import { metadataFlags, metadataOf, secret } from "./ClientFlags.ts"
import { pages, where, withStore } from "./WithStore.ts"

const idFlag = Flag.String("id").pipe(Flag.withDescription("The client_id"), Flag.optional)
const idArgument = Argument.String("id").pipe(Argument.withDescription("The client_id"), Argument.optional)
const named = { idArgument, idFlag, json }

/** The id of a client that must be named, by an argument or a flag. */
const idOf = (input: { readonly idArgument: Option.Option<string>; readonly idFlag: Option.Option<string> }) =>
  Option.match(
    Option.orElse(input.idArgument, () => input.idFlag),
    {
      onNone: () =>
        Effect.fail(new CliFailure({ message: "which client? Give its id, such as: hapax client show app" })),
      onSome: Effect.succeed
    }
  )

const root = Command.make("client").pipe(Command.withSharedFlags(where))

const create = Command.make(
  "create",
  { id: idFlag, secret, ...metadataFlags, json },
  Effect.fnUntraced(function* (input) {
    const given = yield* chosenSecret(input.secret, "HAPAX_CLIENT_SECRET")
    const asked = {
      ...(Option.isSome(input.id) ? { id: input.id.value } : {}),
      ...(given === undefined ? {} : { secret: given }),
      metadata: metadataOf(input)
    }
    const made = yield* withStore(yield* root, (store) => askOperator(store, "client.create", asked, ClientMade))
    const text = `The client ${made.client.id} is registered.\n\n${described(made.client, made.secret)}`
    print(input.json, registration(made.client, made.secret), text)
  })
).pipe(
  Command.withDescription("Register a client"),
  Command.withExamples([
    {
      command: "hapax client create --id app --name App --redirect-uri https://app.example/callback",
      description: "A client with a secret, which is drawn and shown once"
    },
    {
      command: "hapax client create --id spa --public --redirect-uri http://localhost:3000/",
      description: "A client without a secret"
    },
    {
      command: "hapax client create --id tv --public --grant-type urn:ietf:params:oauth:grant-type:device_code",
      description: "A client for devices (RFC 8628), which have no browser to redirect"
    }
  ])
)

const update = Command.make(
  "update",
  {
    ...named,
    ...metadataFlags,
    secret,
    newSecret: Flag.Boolean("new-secret").pipe(
      Flag.withDescription("Draw a new secret; the old one stops working"),
      Flag.withDefault(false)
    ),
    keepOldSecret: Flag.Boolean("keep-old-secret").pipe(
      Flag.withDescription("The old secret goes on working beside the new one, until the next change of it"),
      Flag.withDefault(false)
    ),
    keepOldSecretFor: Flag.String("keep-old-secret-for").pipe(
      Flag.filterMap(parseTimeSpan, (text) => `a time is written 45s, 30m, 12h or 7d, not ${JSON.stringify(text)}`),
      Flag.withDescription("So long the old secret goes on working beside the new one, such as 7d"),
      Flag.optional
    )
  },
  Effect.fnUntraced(function* (input) {
    const id = yield* idOf(input)
    const given = yield* chosenSecret(input.secret)
    const keepOldFor = Option.getOrUndefined(input.keepOldSecretFor)
    const wantsSecret = input.newSecret || given !== undefined || input.keepOldSecret || keepOldFor !== undefined
    const asked = {
      id,
      metadata: metadataOf(input),
      ...(wantsSecret ? { newSecret: input.keepOldSecret ? "add" : "replace" } : {}),
      ...(keepOldFor === undefined ? {} : { keepOldFor }),
      ...(given === undefined ? {} : { secret: given })
    }
    if (!wantsSecret && Object.keys(asked.metadata).length === 0) {
      return yield* new CliFailure({
        message: `what is to change of the client ${id}? See: hapax client update --help`
      })
    }
    const made = yield* withStore(yield* root, (store) => askOperator(store, "client.update", asked, ClientMade))
    const text = `The client ${id} is changed.\n\n${described(made.client, made.secret)}`
    print(input.json, registration(made.client, made.secret), text)
  })
).pipe(Command.withDescription("Change a client: what is given replaces what was there"))

const list = Command.make(
  "list",
  { json },
  Effect.fnUntraced(function* (input) {
    const clients = yield* withStore(yield* root, (store) =>
      pages((page) =>
        Effect.map(askOperator(store, "client.list", page, ClientPage), ({ clients, next }) => ({
          items: clients,
          next
        }))
      )
    )
    const rows = clients.map(({ createdAt, id, metadata }) => [
      id,
      String(metadata["client_name"] ?? ""),
      String(metadata["token_endpoint_auth_method"]),
      moment(createdAt)
    ])
    const text = rows.length === 0 ? "There is no client." : table(["ID", "NAME", "AUTHENTICATES BY", "MADE"], rows)
    print(
      input.json,
      clients.map((client) => registration(client, null)),
      text
    )
  })
).pipe(Command.withDescription("List the clients"))

const show = Command.make(
  "show",
  named,
  Effect.fnUntraced(function* (input) {
    const id = yield* idOf(input)
    const client = yield* withStore(yield* root, (store) => askOperator(store, "client.show", { id }, Answer))
    print(input.json, registration(client, null), described(client, null))
  })
).pipe(Command.withDescription("Show a client"))

const remove = Command.make(
  "delete",
  named,
  Effect.fnUntraced(function* (input) {
    const id = yield* idOf(input)
    const deleted = yield* withStore(yield* root, (store) => askOperator(store, "client.delete", { id }, Deleted))
    print(input.json, { client_id: deleted.id, deleted: true }, `The client ${id} is deleted.`)
  })
).pipe(Command.withDescription("Delete a client"))

export const client = root.pipe(
  Command.withDescription("Clients: create, list, show, update, delete"),
  Command.withSubcommands([create, list, show, update, remove])
)

/** A client in the words of RFC 7591 §3.2.1. */
const registration = ({ createdAt, id, metadata, updatedAt }: ClientAnswer, drawn: string | null) => ({
  client_id: id,
  ...(drawn === null ? {} : { client_secret: drawn }),
  client_id_issued_at: Math.floor(createdAt / 1000),
  updated_at: Math.floor(updatedAt / 1000),
  ...metadata
})

/** How many there are, and when those that end do. */
const secretsOf = ({ secretEnds, secrets }: ClientAnswer): string => {
  const ends = secretEnds.flatMap((end) => (end === null ? [] : [`one until ${moment(end)}`]))
  return ends.length === 0 ? String(secrets) : `${secrets} (${ends.join(", ")})`
}

const described = (client: ClientAnswer, drawn: string | null): string =>
  fields({
    client_id: client.id,
    client_secret: drawn === null ? undefined : `${drawn}   (shown this once)`,
    ...client.metadata,
    secrets: drawn === null || client.secrets > 1 ? secretsOf(client) : undefined,
    made: moment(client.createdAt),
    changed: client.updatedAt === client.createdAt ? undefined : moment(client.updatedAt)
  })
