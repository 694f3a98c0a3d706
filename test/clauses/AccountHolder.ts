/** People at the pages of their account: each new, signed in, in a browser of their own. */
import type { Effect } from "effect"
import { interactionOf, type Visit, Visitor } from "../attacks/Visitor.ts"
import { fullProfile, makeUser } from "../workerd/Fixtures.ts"

interface Reachable {
  readonly issuer: string
  readonly run: <A, E>(effect: Effect.Effect<A, E, Effect.Services<ReturnType<typeof makeUser>>>) => Promise<A>
}

/** Makes somebody new, and signs them in to a page of their account. */
export const holders = (provider: Reachable) => {
  let people = 0
  return async (path = "/account", profile: Partial<typeof fullProfile> = fullProfile) => {
    const login = `person${(people += 1)}`
    await provider.run(makeUser(login, profile))
    const visitor = new Visitor(provider.issuer)
    return { login, visitor, page: await signIn(visitor, login, path) }
  }
}

/** The page, after the login that it asks for. */
export const signIn = async (visitor: Visitor, login: string, path = "/account"): Promise<Visit> => {
  const { location } = await visitor.visit(path)
  const done = await visitor.login(interactionOf(location), login)
  if (done.location !== path) throw new Error(`the login leads to ${done.location}, not to ${path}`)
  return visitor.visit(done.location)
}

/** What the forms of a page carry unseen. */
export const hidden = (page: Visit): Record<string, string> =>
  Object.fromEntries(
    [...page.text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
      name,
      value
    ])
  )
