/** `hapax registration-token`: letting others register clients, so many and for so long. RFC 7591 §3. */
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Deleted, type TokenAnswer, TokenMade, TokenPage } from "../Answers.ts"
import { askOperator } from "../AskOperator.ts"
import { fields, json, moment, print, table } from "../Output.ts"
import { parseTimeSpan } from "../TimeSpan.ts"
import { pages, where, withStore } from "./WithStore.ts"

const root = Command.make("registration-token").pipe(Command.withSharedFlags(where))

const week = 7 * 86_400_000

const create = Command.make(
  "create",
  {
    uses: Flag.Int("uses").pipe(Flag.withDescription("How many clients it registers"), Flag.withDefault(1)),
    expiresIn: Flag.String("expires-in").pipe(
      Flag.filterMap(parseTimeSpan, (text) => `a time is written 45s, 30m, 12h or 7d, not ${JSON.stringify(text)}`),
      Flag.withDescription("How long it is good, such as 12h; 7d if it is not given"),
      Flag.withDefault(week)
    ),
    json
  },
  Effect.fnUntraced(function* (input) {
    const asked = { uses: input.uses, lifetime: input.expiresIn }
    const made = yield* withStore(yield* root, (store) =>
      askOperator(store, "registration-token.create", asked, TokenMade)
    )
    const shown = { id: made.token.id, token: `${made.secret}   (shown this once)`, ...described(made.token) }
    const text = `Whoever has this token may register ${clients(input.uses)} (REGISTRATION=token).\n\n${fields(shown)}`
    print(input.json, { ...made.token, token: made.secret }, text)
  })
).pipe(
  Command.withDescription("Issue a token that registers clients"),
  Command.withExamples([
    {
      command: "hapax registration-token create --uses 5 --expires-in 7d",
      description: "For a developer with five applications, and a week to register them"
    }
  ])
)

const clients = (count: number) => (count === 1 ? "one client" : `${count} clients`)

const described = ({ createdAt, expiresAt, used, uses }: TokenAnswer) => ({
  used: `${used} of ${uses}`,
  made: moment(createdAt),
  "good until": moment(expiresAt)
})

const list = Command.make(
  "list",
  { json },
  Effect.fnUntraced(function* (input) {
    const tokens = yield* withStore(yield* root, (store) =>
      pages((page) =>
        Effect.map(askOperator(store, "registration-token.list", page, TokenPage), ({ next, tokens }) => ({
          items: tokens,
          next
        }))
      )
    )
    const rows = tokens.map((token) => [token.id, ...Object.values(described(token))])
    const text =
      rows.length === 0 ? "There is no registration token." : table(["ID", "USED", "MADE", "GOOD UNTIL"], rows)
    print(input.json, tokens, text)
  })
).pipe(Command.withDescription("List the tokens, without their secrets"))

const revoke = Command.make(
  "revoke",
  { id: Argument.String("id").pipe(Argument.withDescription("The token's id, or the whole token")), json },
  Effect.fnUntraced(function* (input) {
    const [id = ""] = input.id.split(".")
    const revoked = yield* withStore(yield* root, (store) =>
      askOperator(store, "registration-token.revoke", { id }, Deleted)
    )
    print(input.json, { id: revoked.id, revoked: true }, `The registration token ${id} is revoked; its clients stay.`)
  })
).pipe(Command.withDescription("Revoke a token; the clients that it registered stay"))

export const registrationToken = root.pipe(
  Command.withDescription("Tokens by which others register clients: create, list, revoke"),
  Command.withSubcommands([create, list, revoke])
)
