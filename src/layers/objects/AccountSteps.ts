/** Every step of an `AccountObject`, by the name of its operation, and the layer that makes operations of them. */
import { Layer } from "effect"
import { grantOf } from "../../domain/Ids.ts"
import { AccessTokens } from "../../services/storage/AccessTokens.ts"
import { AuthorizationCodes } from "../../services/storage/AuthorizationCodes.ts"
import { bind } from "../../services/storage/Bind.ts"
import { Consents } from "../../services/storage/Consents.ts"
import { Passkeys } from "../../services/storage/Passkeys.ts"
import { Health } from "../../services/storage/Health.ts"
import { RefreshTokens } from "../../services/storage/RefreshTokens.ts"
import { Sessions } from "../../services/storage/Sessions.ts"
import { Shards } from "../../services/storage/Shards.ts"
import { storage } from "../../services/storage/Storage.ts"
import { Users } from "../../services/storage/Users.ts"
import { Waking } from "../../services/storage/Waking.ts"
import * as AccessTokenSteps from "./AccessTokenSteps.ts"
import * as AuthorizationCodeSteps from "./AuthorizationCodeSteps.ts"
import { answering } from "./HealthSteps.ts"
import { endWhereStep } from "./BatchEndStep.ts"
import * as PasskeySteps from "./PasskeySteps.ts"
import * as RefreshTokenSteps from "./RefreshTokenSteps.ts"
import * as SessionSteps from "./SessionSteps.ts"
import { measureStep } from "./MeasureStep.ts"
import { step } from "./Step.ts"
import { accountTables } from "./AccountTables.ts"
import type { StepCaller } from "./StepCaller.ts"
import * as UserSteps from "./UserSteps.ts"
import { wakeAccountsStep } from "./WakingSteps.ts"

export const accountSteps = {
  "Shard.accounts": measureStep(() => accountTables),
  "AuthorizationCode.issue": AuthorizationCodeSteps.issueStep,
  "AuthorizationCode.approve": AuthorizationCodeSteps.approveStep,
  "AuthorizationCode.redeem": AuthorizationCodeSteps.redeemStep,
  "RefreshToken.rotate": RefreshTokenSteps.rotateStep,
  "RefreshToken.inspect": RefreshTokenSteps.inspectFamilyStep,
  "RefreshToken.revoke": RefreshTokenSteps.revokeFamilyStep,
  "AccessToken.inspect": AccessTokenSteps.inspectTokenStep,
  "AccessToken.revoke": AccessTokenSteps.revokeTokenStep,
  "Session.open": SessionSteps.openStep,
  "Session.find": SessionSteps.findStep,
  "Session.end": SessionSteps.endStep,
  "Session.endMany": SessionSteps.endManyStep,
  "Session.endWhere": endWhereStep,
  "Session.list": SessionSteps.listStep,
  "Session.behind": AccessTokenSteps.behindStep,
  "Session.use": AccessTokenSteps.useStep,
  "Consent.list": SessionSteps.listConsentsStep,
  "Consent.withdraw": SessionSteps.withdrawStep,
  "Passkey.find": PasskeySteps.findPasskeyStep,
  "Passkey.list": PasskeySteps.listPasskeysStep,
  "Passkey.add": PasskeySteps.addPasskeyStep,
  "Passkey.rename": PasskeySteps.renamePasskeyStep,
  "Passkey.remove": PasskeySteps.removePasskeyStep,
  "Health.accounts": step<typeof accountTables>()(answering((tx) => tx.users.get("health"))),
  "Waking.accounts": wakeAccountsStep,
  "User.create": UserSteps.createStep,
  "User.find": UserSteps.findUserStep,
  "User.change": UserSteps.changeStep,
  "User.setPassword": UserSteps.setPasswordStep,
  "User.void": UserSteps.voidStep,
  "User.remove": UserSteps.removeStep
} as const

/**
 * The home of a shard of users. Strong: one live instance an id, one synchronous transaction a step, and the answer is
 * held until it is committed (Durable Objects, SQLite; see docs/decisions/0003-objects.md).
 */
export const AccountHome = storage.strong("DurableObject.Account")<StepCaller<typeof accountSteps>>()

export const AuthorizationCodesDurable = bind(AuthorizationCodes, {
  issue: (request) => AccountHome.use((home) => home.call("AuthorizationCode.issue", request.userId, request)),
  approve: (request) =>
    AccountHome.use((home) => home.call("AuthorizationCode.approve", request.issuance.userId, request)),
  redeem: (request) => AccountHome.use((home) => home.call("AuthorizationCode.redeem", request.grantId, request))
})

export const RefreshTokensDurable = bind(RefreshTokens, {
  rotate: (request) => AccountHome.use((home) => home.call("RefreshToken.rotate", request.grantId, request)),
  inspect: (request) => AccountHome.use((home) => home.call("RefreshToken.inspect", request.grantId, request)),
  revoke: (request) => AccountHome.use((home) => home.call("RefreshToken.revoke", request.presented.grantId, request))
})

export const AccessTokensDurable = bind(AccessTokens, {
  inspect: (jti) => AccountHome.use((home) => home.call("AccessToken.inspect", grantOf(jti), jti)),
  revoke: (request) => AccountHome.use((home) => home.call("AccessToken.revoke", grantOf(request.jti), request))
})

export const SessionsDurable = bind(Sessions, {
  open: (request) => AccountHome.use((home) => home.call("Session.open", request.session.userId, request)),
  find: (key) => AccountHome.use((home) => home.call("Session.find", key.userId, key)),
  end: (key) => AccountHome.use((home) => home.call("Session.end", key.userId, key)),
  endMany: (request) => AccountHome.use((home) => home.call("Session.endMany", request.userId, request)),
  endWhere: (request) => AccountHome.use((home) => home.call("Session.endWhere", request.id, request)),
  list: (userId) => AccountHome.use((home) => home.call("Session.list", userId, userId)),
  behind: (jti) => AccountHome.use((home) => home.call("Session.behind", grantOf(jti), jti)),
  use: (jti) => AccountHome.use((home) => home.call("Session.use", grantOf(jti), jti))
})

export const ConsentsDurable = bind(Consents, {
  list: (userId) => AccountHome.use((home) => home.call("Consent.list", userId, userId)),
  withdraw: (key) => AccountHome.use((home) => home.call("Consent.withdraw", key.userId, key))
})

export const PasskeysDurable = bind(Passkeys, {
  find: (key) => AccountHome.use((home) => home.call("Passkey.find", key.userId, key)),
  list: (userId) => AccountHome.use((home) => home.call("Passkey.list", userId, userId)),
  add: (request) => AccountHome.use((home) => home.call("Passkey.add", request.passkey.userId, request)),
  rename: (request) => AccountHome.use((home) => home.call("Passkey.rename", request.userId, request)),
  remove: (request) => AccountHome.use((home) => home.call("Passkey.remove", request.userId, request))
})

export const UsersDurable = bind(Users, {
  create: (request) => AccountHome.use((home) => home.call("User.create", request.userId, request)),
  find: (userId) => AccountHome.use((home) => home.call("User.find", userId, userId)),
  change: (request) => AccountHome.use((home) => home.call("User.change", request.userId, request)),
  setPassword: (request) => AccountHome.use((home) => home.call("User.setPassword", request.userId, request)),
  void: (userId) => AccountHome.use((home) => home.call("User.void", userId, userId)),
  remove: (request) => AccountHome.use((home) => home.call("User.remove", request.userId, request))
})

export const AccountSizes = bind(Shards, {
  accounts: (request) => AccountHome.use((home) => home.call("Shard.accounts", request.id, request))
})

export const AccountHealth = bind(Health, {
  accounts: (shard) => AccountHome.use((home) => home.call("Health.accounts", shard.id, shard))
})

export const AccountWakingDurable = bind(Waking, {
  accounts: (shard) => AccountHome.use((home) => home.call("Waking.accounts", shard.id, shard))
})

export const AccountOperations = Layer.mergeAll(
  AuthorizationCodesDurable,
  RefreshTokensDurable,
  AccessTokensDurable,
  SessionsDurable,
  ConsentsDurable,
  PasskeysDurable,
  UsersDurable,
  AccountHealth,
  AccountSizes,
  AccountWakingDurable
)
