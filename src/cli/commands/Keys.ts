/** `hapax keys`: the keys that sign. They are renewed by the cron; docs/operating.md says when a person has to. */
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { KeysAnswer, WithdrawnKeys } from "../Answers.ts"
import { askOperator } from "../AskOperator.ts"
import { CliFailure } from "../CliFailure.ts"
import { json, moment, print, table } from "../Output.ts"
import { where, withStore } from "./WithStore.ts"

const root = Command.make("keys").pipe(Command.withSharedFlags(where))

const list = Command.make(
  "list",
  { json },
  Effect.fnUntraced(function* (input) {
    const found = yield* withStore(yield* root, (store) => askOperator(store, "key.list", {}, KeysAnswer))
    print(input.json, found.keys, rows(found))
  })
).pipe(Command.withDescription("List the keys, each with what it is now and until when"))

const asked = {
  alg: Flag.Literals("alg", ["RS256", "ES256", "PS256", "EdDSA"]).pipe(
    Flag.withDescription("Renew the key of this algorithm only, whether a client wants it or not"),
    Flag.optional
  ),
  emergency: Flag.Boolean("emergency").pipe(
    Flag.withDescription("Take keys back at once: somebody else may have them. Every key, unless one is named"),
    Flag.withDefault(false)
  ),
  kid: Flag.String("kid").pipe(Flag.withDescription("The key to take back in an emergency"), Flag.optional)
}

const rotate = Command.make(
  "rotate",
  { ...asked, json },
  Effect.fnUntraced(function* (input) {
    const kid = Option.getOrUndefined(input.kid)
    const alg = Option.getOrUndefined(input.alg)
    if (kid !== undefined && !input.emergency) {
      return yield* new CliFailure({ message: "--kid names a key that is taken back: it goes with --emergency" })
    }
    if (alg !== undefined && input.emergency) {
      return yield* new CliFailure({ message: "an emergency is about keys: name one by --kid, or none for all" })
    }
    const { emergency } = input
    yield* withStore(yield* root, (store) =>
      emergency ? withdrawn(store, kid, input.json) : renewed(store, alg, input.json)
    )
  })
).pipe(
  Command.withDescription("Publish the successors of the keys now; they sign when everybody knows them"),
  Command.withExamples([
    { command: "hapax keys rotate", description: "As the cron does when a key is old enough" },
    { command: "hapax keys rotate --emergency --kid 4fTZ…", description: "Somebody else may have this key" }
  ])
)

export const keys = root.pipe(
  Command.withDescription("The keys that sign: list, rotate"),
  Command.withSubcommands([list, rotate])
)

type Store = Parameters<typeof askOperator>[0]

const renewed = Effect.fnUntraced(function* (store: Store, alg: string | undefined, asJson: boolean) {
  const after = yield* askOperator(store, "key.rotate", alg === undefined ? {} : { alg }, KeysAnswer)
  print(asJson, after.keys, `Each key has a successor, which signs from the time shown.\n\n${rows(after)}`)
})

const withdrawn = Effect.fnUntraced(function* (store: Store, kid: string | undefined, asJson: boolean) {
  const after = yield* askOperator(store, "key.withdraw", kid === undefined ? {} : { kid }, WithdrawnKeys)
  const { cachedUntil, rememberedUntil } = after
  const text =
    `Taken back. No isolate signs with it or believes it after ${moment(rememberedUntil)};\n` +
    `clients that keep the published keys as long as they may, stop believing it at ${moment(cachedUntil)}.\n` +
    "Sessions and refresh tokens stay."
  print(asJson, after, `${text}\n\n${rows(after)}`)
})

const rows = ({ keys }: typeof KeysAnswer.Type): string =>
  keys.length === 0
    ? "There are no keys yet: the first request makes them."
    : table(
        ["KEY", "ALG", "IS", "SIGNS FROM", "SIGNS UNTIL", "PUBLISHED UNTIL"],
        keys.map(({ alg, kid, publishedUntil, signsFrom, signsUntil, stage }) => [
          kid,
          alg,
          stage,
          moment(signsFrom),
          end(signsUntil),
          end(publishedUntil)
        ])
      )

const end = (at: number | null): string => (at === null ? "-" : moment(at))
