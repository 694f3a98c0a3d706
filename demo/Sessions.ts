/** This app's own sessions: in memory, found by a random cookie, and never more than a bound of them. */
import { randomBytes } from "node:crypto"
import type { Account } from "./Account.ts"
import type { Attempt } from "./SignIn.ts"

export type Session = {
  id: string
  /** Stands in every form of the session, so that no other site can post one. */
  csrf: string
  /** The sign-ins under way, by `state`: each browser tab has its own. */
  readonly attempts: Map<string, Attempt>
  account: Account | undefined
  /** The `state` of the sign-out under way. */
  signingOut: string | undefined
  /** A sentence for the next page. */
  notice: string | undefined
}

export class Sessions {
  readonly #limit: number
  // A Map remembers the order of insertion, so its first key is the oldest session.
  readonly #sessions = new Map<string, Session>()

  constructor(limit: number) {
    this.#limit = limit
  }

  find(id: string | undefined): Session | undefined {
    return id === undefined ? undefined : this.#sessions.get(id)
  }

  create(): Session {
    const session: Session = {
      id: random(),
      csrf: random(),
      attempts: new Map(),
      account: undefined,
      signingOut: undefined,
      notice: undefined
    }
    this.#keep(session)
    return session
  }

  /** A new name for a session whose rights have grown: whoever planted the old cookie does not get in with it. */
  rename(session: Session): void {
    this.#sessions.delete(session.id)
    session.id = random()
    session.csrf = random()
    this.#keep(session)
  }

  delete(session: Session): void {
    this.#sessions.delete(session.id)
  }

  #keep(session: Session): void {
    this.#sessions.set(session.id, session)
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= this.#limit) break
      this.#sessions.delete(oldest)
    }
  }
}

const random = (): string => randomBytes(32).toString("base64url")
