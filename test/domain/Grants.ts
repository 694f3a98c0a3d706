/** Grants, sessions and consents for the tests of decisions. */
import { Authentication } from "../../src/domain/Authentication.ts"
import type { Issuance, Redemption } from "../../src/domain/AuthorizationCode.ts"
import { none } from "../../src/domain/ClaimsRequest.ts"
import { Consent } from "../../src/domain/Consent.ts"
import { Grant } from "../../src/domain/Grant.ts"
import { AttemptId, ClientId, GrantId, SecretHash, Sid, UserId } from "../../src/domain/Ids.ts"
import type { Rotation } from "../../src/domain/RefreshToken.ts"
import { Session } from "../../src/domain/Session.ts"
import { Profile, User } from "../../src/domain/User.ts"

export const hash = (letter: string) => SecretHash.make(letter.repeat(43))

const userId = UserId.make("1-0.AAAAAAAAAAAAAAAAAAAAAA")
const clientId = ClientId.make("rp")
const authentication = new Authentication({ authTime: 1_000_000, acr: "1", amr: ["pwd"] })

/** The moment at which everything below was made. */
export const start = 1_000_000

export const user = new User({
  id: userId,
  status: "active",
  profile: new Profile({ name: "Alice" }),
  passwordHash: null,
  createdAt: 0,
  updatedAt: 0,
  version: 1
})

export const session = new Session({
  userId,
  hash: hash("s"),
  sid: Sid.make("S".repeat(22)),
  authentication,
  createdAt: start,
  seenAt: start,
  expiresAt: start + 86_400_000,
  idle: 3_600_000
})

export const consent = new Consent({
  userId,
  clientId,
  scopes: ["openid", "profile", "offline_access"],
  claims: ["name"],
  grantedAt: 5
})

export const around = { user, session, consent, canDoBetter: () => false }

export const issuance: Issuance = {
  grantId: GrantId.make("1-0.BBBBBBBBBBBBBBBBBBBBBB"),
  codeHash: hash("c"),
  userId,
  sessionHash: session.hash,
  clientId,
  scopes: ["openid", "offline_access"],
  claims: none,
  nonce: null,
  redirectUri: "https://rp.example/cb",
  redirectUriNamed: true,
  codeChallenge: null,
  authenticatedSince: 0,
  subject: null,
  askAgain: false,
  codeLifetime: 60_000
}

export const redemption: Redemption = {
  attempt: AttemptId.make("first"),
  grantId: issuance.grantId,
  codeHash: issuance.codeHash,
  clientId,
  redirectUri: issuance.redirectUri,
  codeChallenge: null,
  familyHash: hash("f"),
  accessTokenLifetime: 600_000,
  refreshTokenLifetime: 86_400_000
}

export const rotation: Rotation = {
  attempt: AttemptId.make("rotation"),
  grantId: issuance.grantId,
  generation: 1,
  familyHash: hash("f"),
  clientId,
  scopes: null,
  grace: 30_000
}

export const other = { client: ClientId.make("other"), attempt: AttemptId.make("another") }

export const changed = (grant: Grant, change: Partial<Grant>): Grant => new Grant({ ...grant, ...change })
