/**
 * Where a person is signed in, and ending some of it or all. OWASP ASVS 5.0 §7.4.3, §7.5.2;
 * docs/decisions/0024-sessions.md.
 */
import { Effect } from "effect"
import { nameOf } from "../../../domain/ClientDisplay.ts"
import { type ChosenSessions, isMeant, type SomeSessions } from "../../../domain/Session.ts"
import { accountPaths } from "../../../domain/PagePath.ts"
import { Clients } from "../../storage/Clients.ts"
import { retried } from "../../storage/Retry.ts"
import { Sessions } from "../../storage/Sessions.ts"
import { framesFor } from "../Logout.ts"
import type { Browser } from "../authorize/Outcome.ts"
import { drawAttempt } from "../Secrets.ts"
import { openAccountForm, viewAccount } from "./OwnAccount.ts"

const wanted = { path: accountPaths.sessions }

/** All sessions of the person, the present one among them, and the form that ends some. */
export const viewSessions = Effect.fn("OwnSessions.view")(function* (browser: Browser) {
  const own = yield* viewAccount(wanted, browser)
  if (own._tag === "SignIn") return own
  const sessions = yield* retried(Sessions.list)(own.user.id)
  const ids = [...new Set(sessions.flatMap(({ clients }) => clients))]
  const clients = ids.length === 0 ? [] : yield* retried(Clients.display)(ids)
  return {
    ...own,
    sessions: sessions.map((session) => ({
      ...session,
      isPresent: session.sid === own.session.sid,
      clients: clients.filter(({ id }) => session.clients.includes(id)).map(nameOf)
    }))
  }
})

/** What somebody asks for by a button of the form. */
export type Leaving = "all" | "others" | ChosenSessions

/**
 * One transaction for however many they are. That the present one is among them is a logout of this browser, too, which
 * tells the clients that only a frame reaches.
 */
export const endSessions = Effect.fn("OwnSessions.end")(function* (sealed: string, leaving: Leaving, browser: Browser) {
  const own = yield* openAccountForm(sealed, wanted, browser)
  if (own._tag === "SignIn") return own
  const { session, user } = own
  const which: SomeSessions = leaving === "others" ? { except: session.sid } : leaving
  const count = yield* retried(Sessions.endMany)({ attempt: yield* drawAttempt, userId: user.id, which })
  return isMeant(which, session)
    ? { _tag: "LoggedOut" as const, uri: undefined, frames: yield* framesFor(session), uiLocales: [] }
    : { _tag: "Ended" as const, count }
})
