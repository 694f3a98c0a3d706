/** Defect 9: sessions are in memory only, and a restart signs everybody out. */
import { Effect } from "effect"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { home } from "../../../src/services/flows/Home.ts"
import { type Provider, signIn, withLoginForm } from "../Scene.ts"
import { withModel } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

const isSignedIn = (session: string) =>
  Effect.map(home({ secret: undefined, session }), (userName) => userName !== undefined)

const scenario = {
  setup: withLoginForm,
  clients: ({ browser, sealed }: Effect.Success<typeof withLoginForm>) => ({
    browser: act("sign in", signIn(sealed, browser))
  }),
  oracles: [
    durability<unknown, Provider>({
      kept: ({ history }) =>
        history.actions.flatMap((action) => {
          const cookie = (valueOf(action) as { readonly cookie?: string } | undefined)?.cookie
          return cookie === undefined ? [] : [{ what: "the session", question: isSignedIn(cookie) }]
        })
    })
  ]
}

export const sessionsInMemory = mutant(import.meta.url, {
  of: "9",
  name: "sessions are in memory only",
  killedBy: "Durability",
  within: 10,
  broken: { ...scenario, layer: withModel(() => ({ remembered: ["sessions"] })) },
  sound: { ...scenario, layer: MemoryProvider }
})
