/** `hapax user`: making users and looking after them, on the local store. */
import { Clock, Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { statement } from "../../layers/cloudflare/d1/D1Client.ts"
import { Deleted, SessionsEnded, type UserAnswer, UserAnswer as Answer, UserPage, Withdrawn } from "../Answers.ts"
import { askOperator } from "../AskOperator.ts"
import { CliFailure } from "../CliFailure.ts"
import type { Store } from "../Control.ts"
import { fields, json, moment, print, table } from "../Output.ts"
import { chosenSecret, secretFlags } from "../Secrets.ts"
import { newUserOf, userFlags } from "./UserFlags.ts"
import { pages, where, withStore } from "./WithStore.ts"

const who = {
  argument: Argument.String("user").pipe(
    Argument.withDescription("User name, e-mail address or id"),
    Argument.optional
  ),
  username: Flag.String("username").pipe(Flag.withDescription("The user name"), Flag.optional),
  email: Flag.String("email").pipe(Flag.withDescription("The e-mail address"), Flag.optional),
  id: Flag.String("id").pipe(Flag.withDescription("The id, which relying parties see as sub"), Flag.optional)
}

/** The user who must be named, in whichever way. */
const nameOf = (input: Readonly<Record<keyof typeof who, Option.Option<string>>>) =>
  Option.match([input.argument, input.id, input.username, input.email].find(Option.isSome) ?? Option.none(), {
    onNone: () => Effect.fail(new CliFailure({ message: "which user? Give a name, such as: hapax user show alice" })),
    onSome: Effect.succeed<string>
  })

const root = Command.make("user").pipe(Command.withSharedFlags(where))

const create = Command.make(
  "create",
  { ...userFlags, json },
  Effect.fnUntraced(function* (input) {
    const asked = yield* newUserOf(input)
    const password = input.withoutPassword ? undefined : yield* chosenSecret(input.password, "HAPAX_PASSWORD")
    if (password === undefined && !input.withoutPassword) {
      const message = "a password is missing: --password, --password-stdin or HAPAX_PASSWORD (or --without-password)"
      return yield* new CliFailure({ message })
    }
    const full = { ...asked, ...(password === undefined ? {} : { password }) }
    const user = yield* withStore(yield* root, (store) => askOperator(store, "user.create", full, Answer))
    print(input.json, shown(user), `The user is made.\n\n${described(user)}`)
  })
).pipe(
  Command.withDescription("Make a user"),
  Command.withExamples([
    {
      command: "hapax user create --username bob --email bob@example.com --password-stdin < password.txt",
      description: "A user whose password does not stand in the shell's history"
    },
    {
      command: "hapax user create --username bob --profile bob.json --password '…'",
      description: "A user with standard claims from a file"
    }
  ])
)

const list = Command.make(
  "list",
  { json },
  Effect.fnUntraced(function* (input) {
    const users = yield* withStore(yield* root, (store) =>
      Effect.andThen(
        newestAreListed(store),
        pages((page) =>
          Effect.map(askOperator(store, "user.list", page, UserPage), ({ next, users }) => ({ items: users, next }))
        )
      )
    )
    const rows = users.map((user) => [user.username ?? "", user.email ?? "", user.name ?? "", user.status, user.userId])
    const text = rows.length === 0 ? "There is no user." : table(["USER NAME", "E-MAIL", "NAME", "STATUS", "ID"], rows)
    print(
      input.json,
      users.map(({ userId, ...user }) => ({ sub: userId, ...user })),
      text
    )
  })
).pipe(Command.withDescription("List the users; a change shows after a second or two"))

/**
 * Waits until users made a moment ago are in the directory, which their homes feed through their outboxes: whoever has
 * just made one expects to see it. The names are there at once, so they tell who is missing; not for ever, because a
 * creation that was cut off has names and no home.
 */
const newestAreListed = Effect.fnUntraced(function* (store: Store) {
  const began = yield* Clock.currentTimeMillis
  for (let now = began; now - began < 5_000; now = yield* Clock.currentTimeMillis) {
    const missing = yield* store.d1
      .query(
        "Cli.newestAreListed",
        statement(
          "SELECT 1 FROM identifiers WHERE reserved_at > ? AND user_id NOT IN (SELECT user_id FROM directory) LIMIT 1",
          began - 30_000
        )
      )
      .pipe(Effect.mapError(({ detail }) => new CliFailure({ message: `D1 does not answer: ${detail}` })))
    if (missing.length === 0) return
    yield* Effect.sleep("100 millis")
  }
})

const show = Command.make(
  "show",
  { ...who, json },
  Effect.fnUntraced(function* (input) {
    const user = yield* nameOf(input)
    const found = yield* withStore(yield* root, (store) => askOperator(store, "user.show", { user }, Answer))
    print(input.json, shown(found), described(found))
  })
).pipe(Command.withDescription("Show a user"))

const setStatus = (name: "disable" | "enable", description: string, done: string) =>
  Command.make(
    name,
    { ...who, json },
    Effect.fnUntraced(function* (input) {
      const user = yield* nameOf(input)
      const changed = yield* withStore(yield* root, (store) => askOperator(store, `user.${name}`, { user }, Answer))
      print(input.json, shown(changed), `${user} ${done}`)
    })
  ).pipe(Command.withDescription(description))

const password = Command.make(
  "password",
  { ...who, password: secretFlags("password", "The new password; HAPAX_PASSWORD counts if it is set"), json },
  Effect.fnUntraced(function* (input) {
    const user = yield* nameOf(input)
    const given = yield* chosenSecret(input.password, "HAPAX_PASSWORD")
    if (given === undefined) {
      return yield* new CliFailure({ message: "a password is missing: --password, --password-stdin or HAPAX_PASSWORD" })
    }
    const asked = { user, password: given }
    const ended = yield* withStore(yield* root, (store) => askOperator(store, "user.password", asked, SessionsEnded))
    print(input.json, ended, `${user} has a new password; ${ended.sessionsEnded} sessions ended.`)
  })
).pipe(Command.withDescription("Set a user's password, which ends all sessions"))

const signOut = Command.make(
  "sign-out",
  { ...who, json },
  Effect.fnUntraced(function* (input) {
    const user = yield* nameOf(input)
    const ended = yield* withStore(yield* root, (store) => askOperator(store, "user.sign-out", { user }, SessionsEnded))
    print(input.json, ended, `${user} is signed out; ${ended.sessionsEnded} sessions ended.`)
  })
).pipe(Command.withDescription("End all sessions of a user"))

const withdrawConsent = Command.make(
  "withdraw-consent",
  { ...who, client: Flag.String("client").pipe(Flag.withDescription("The client_id")), json },
  Effect.fnUntraced(function* (input) {
    const user = yield* nameOf(input)
    const asked = { user, client: input.client }
    const answer = yield* withStore(yield* root, (store) =>
      askOperator(store, "user.withdraw-consent", asked, Withdrawn)
    )
    const text = answer.withdrawn ? "is withdrawn, and its tokens with it" : "was not there"
    print(input.json, answer, `The consent of ${user} to ${input.client} ${text}.`)
  })
).pipe(Command.withDescription("Withdraw what a user has allowed a client"))

const remove = Command.make(
  "delete",
  { ...who, json },
  Effect.fnUntraced(function* (input) {
    const user = yield* nameOf(input)
    const deleted = yield* withStore(yield* root, (store) => askOperator(store, "user.delete", { user }, Deleted))
    print(input.json, { sub: deleted.id, deleted: true }, `${user} is deleted.`)
  })
).pipe(Command.withDescription("Delete a user with all sessions, consents and tokens"))

export const user = root.pipe(
  Command.withDescription("Users: create, list, show, disable, enable, password, sign-out, withdraw-consent, delete"),
  Command.withSubcommands([
    create,
    list,
    show,
    setStatus("disable", "Keep a user from signing in, and end what is open", "is disabled."),
    setStatus("enable", "Let a disabled user sign in again", "is enabled."),
    password,
    signOut,
    withdrawConsent,
    remove
  ])
)

/** A user for a program: `sub` is what relying parties know the user by. */
const shown = ({ id, ...user }: UserAnswer) => ({ sub: id, ...user })

const described = (user: UserAnswer): string =>
  fields({
    sub: user.id,
    status: user.status,
    ...user.profile,
    password: user.hasPassword ? "set" : "none",
    made: moment(user.createdAt),
    changed: user.updatedAt === user.createdAt ? undefined : moment(user.updatedAt)
  })
