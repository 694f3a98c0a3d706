/** `hapax admin`: the first administrator, and a token for the admin API. */
import process from "node:process"
import { Effect, Option, Result } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { adminScopes } from "../../domain/AdminScope.ts"
import { AdministratorMade } from "../Answers.ts"
import { askOperator } from "../AskOperator.ts"
import { CliFailure } from "../CliFailure.ts"
import { deviceToken } from "../DeviceToken.ts"
import { json, print } from "../Output.ts"
import { chosenSecret } from "../Secrets.ts"
import { readSettings } from "../Settings.ts"
import { newUserOf, userFlags } from "./UserFlags.ts"
import { where, withStore } from "./WithStore.ts"

const root = Command.make("admin").pipe(Command.withSharedFlags(where))

const create = Command.make(
  "create",
  {
    user: Argument.String("user").pipe(
      Argument.withDescription("A user there is, by name, e-mail address or id; one is made if it is left out"),
      Argument.optional
    ),
    ...userFlags,
    json
  },
  Effect.fnUntraced(function* (input) {
    const asked = Option.isSome(input.user) ? { user: input.user.value } : yield* newAdministrator(input)
    const made = yield* withStore(yield* root, (store) => askOperator(store, "admin.create", asked, AdministratorMade))
    const name = made.user.profile["preferred_username"] ?? made.user.profile["email"] ?? made.user.id
    print(
      input.json,
      { user: made.user.id, client_id: made.client },
      `${String(name)} is an administrator.\n\nA token for the admin API: TOKEN=$(npx hapax admin token)`
    )
  })
).pipe(
  Command.withDescription("Make an administrator, and the client that administrators get tokens by; may be run again"),
  Command.withExamples([
    { command: "hapax admin create alice", description: "A user there is" },
    {
      command: "hapax admin create --username root --password-stdin < password.txt",
      description: "A new user"
    }
  ])
)

const newAdministrator = Effect.fnUntraced(function* (
  input: Parameters<typeof newUserOf>[0] & {
    readonly password: Parameters<typeof chosenSecret>[0]
    readonly withoutPassword: boolean
  }
) {
  const password = input.withoutPassword ? undefined : yield* chosenSecret(input.password, "HAPAX_PASSWORD")
  if (password === undefined && !input.withoutPassword) {
    const message = "who? Name a user, or give --username and a password: --password-stdin, HAPAX_PASSWORD"
    return yield* new CliFailure({ message })
  }
  return { ...(yield* newUserOf(input)), ...(password === undefined ? {} : { password }) }
})

const token = Command.make(
  "token",
  {
    issuer: Flag.String("issuer").pipe(
      Flag.withDescription("The provider's address; the local one's if not given"),
      Flag.optional
    ),
    scope: Flag.String("scope").pipe(
      Flag.withDescription("What it shall permit; all that the person may do if not given"),
      Flag.withDefault(adminScopes.join(" "))
    )
  },
  Effect.fnUntraced(function* ({ issuer, scope }) {
    const settings = yield* Effect.fromResult(
      Option.match(issuer, {
        onSome: (given) => Result.succeed({ issuer: given.replace(/\/$/, "") }),
        onNone: () => readSettings(process.env)
      })
    )
    console.log(yield* deviceToken(settings.issuer, scope))
  })
).pipe(
  Command.withDescription("Get a token for the admin API: a browser signs you in, and the token is printed"),
  Command.withExamples([
    {
      command: 'curl -H "Authorization: Bearer $(npx hapax admin token)" http://localhost:8787/admin/clients',
      description: "One request"
    }
  ])
)

export const admin = root.pipe(
  Command.withDescription("Administrators: make one, get a token for the admin API"),
  Command.withSubcommands([create, token])
)
