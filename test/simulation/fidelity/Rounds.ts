/** What is done at the same time, in workerd to be recorded and in the model to be compared. */
import type { Action, SceneName } from "./Action.ts"

export interface Round {
  readonly name: string
  readonly scene: SceneName
  /** What each client does, one after the other; a client begins with what the scene gave. */
  readonly clients: Readonly<Record<string, ReadonlyArray<Action>>>
}

const evicting = { platform: ["evict", "evict"] } as const

export const rounds: ReadonlyArray<Round> = [
  {
    name: "one code, redeemed by two at once, who then use what they got",
    scene: "code",
    clients: { first: ["redeem", "userinfo"], second: ["redeem", "introspect refresh token"] }
  },
  {
    name: "one code, redeemed by four at once",
    scene: "code",
    clients: { first: ["redeem"], second: ["redeem"], third: ["redeem"], fourth: ["redeem"] }
  },
  {
    name: "one code, redeemed by two while its user is signed out",
    scene: "online code",
    clients: { first: ["redeem", "userinfo"], second: ["userinfo", "redeem"], browser: ["logout", "authorize"] }
  },
  {
    name: "one refresh token, presented by two at once, who go on with its successor",
    scene: "tokens",
    clients: {
      first: ["refresh", "refresh", "introspect refresh token"],
      second: ["refresh", "introspect refresh token"]
    }
  },
  {
    name: "one refresh token, presented by two at once: one of them goes on too far for the other",
    scene: "tokens",
    clients: { first: ["refresh", "refresh", "refresh", "userinfo"], second: ["userinfo", "userinfo", "refresh"] }
  },
  {
    name: "one refresh token, presented by two while a third revokes it",
    scene: "tokens",
    clients: {
      first: ["refresh", "introspect refresh token"],
      second: ["refresh", "userinfo"],
      third: ["revoke refresh token", "introspect access token"]
    }
  },
  {
    name: "one access token, revoked by one while two others ask for it",
    scene: "tokens",
    clients: {
      first: ["introspect access token", "introspect access token", "introspect access token"],
      second: ["userinfo", "userinfo", "userinfo"],
      third: ["revoke access token", "introspect access token", "introspect refresh token"]
    }
  },
  {
    name: "one login form, submitted by two at once",
    scene: "login form",
    clients: { first: ["login", "authorize"], second: ["login", "authorize"] }
  },
  {
    name: "one session, ended by one while another asks for codes and a client uses its tokens",
    scene: "online tokens",
    clients: {
      browser: ["logout", "authorize"],
      tab: ["authorize", "authorize", "authorize"],
      client: ["userinfo", "introspect access token", "userinfo"]
    }
  },
  {
    name: "one refresh token, presented by two while the objects are evicted",
    scene: "tokens",
    clients: { first: ["refresh", "refresh"], second: ["refresh", "userinfo"], ...evicting }
  },
  {
    name: "one code, redeemed by two while the objects are evicted",
    scene: "code",
    clients: { first: ["redeem", "userinfo"], second: ["redeem", "userinfo"], ...evicting }
  },
  {
    name: "one access token, revoked while the objects are evicted",
    scene: "tokens",
    clients: {
      first: ["introspect access token", "introspect access token"],
      second: ["revoke access token", "introspect access token"],
      ...evicting
    }
  },
  {
    name: "one login form, submitted by two while the objects are evicted",
    scene: "login form",
    clients: { first: ["login", "authorize"], second: ["login", "authorize"], ...evicting }
  },
  {
    name: "one refresh token, rotated on and on while all of workerd ends and begins anew",
    scene: "tokens",
    clients: {
      first: Array.from({ length: 10 }, () => "refresh" as const),
      second: Array.from({ length: 5 }, () => ["userinfo", "introspect access token"] as const).flat(),
      platform: ["restart"]
    }
  },
  {
    name: "one login form, submitted again and again while all of workerd ends and begins anew",
    scene: "login form",
    clients: {
      first: ["login", "login", "login", "login", "authorize"],
      second: ["login", "login", "login", "login", "authorize"],
      platform: ["restart"]
    }
  },
  {
    name: "one user, disabled and enabled while clients go on",
    scene: "tokens",
    clients: {
      operator: ["disable user", "enable user"],
      client: ["userinfo", "refresh", "introspect access token", "introspect refresh token"],
      browser: ["authorize", "authorize", "authorize"]
    }
  }
]

/** Whether requests are cut off in it: it takes a while, and leaves some without an answer. */
export const cutsOff = ({ clients }: Round): boolean => Object.values(clients).flat().includes("restart")

export const roundOf = (name: string): Round => {
  const found = rounds.find((round) => round.name === name)
  if (found === undefined) throw new Error(`there is no round ${name}`)
  return found
}
