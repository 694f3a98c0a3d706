/**
 * A step between a request and its answer: the login page, the consent pages, the page for a user code.
 *
 * It travels sealed with the browser and is stored nowhere: nothing is written until somebody has proved who they are.
 * It is bound to the browser that began it, so that nobody can be made to finish another's (RFC 9700 §4.7).
 */
import { Schema } from "effect"
import { AuthorizationRequest } from "./AuthorizationRequest.ts"
import { DeviceAuthorization } from "./DeviceAuthorization.ts"
import { ClientId, GrantId, SecretHash, UserId } from "./Ids.ts"
import { Confirmation } from "./MailedLogin.ts"
import { accountPaths } from "./PagePath.ts"
import { UserCode } from "./UserCode.ts"

/** A user code that was entered: whoever signs in may see what the device asks for. RFC 8628 §3.3. */
export class DeviceVerification extends Schema.Class<DeviceVerification>("DeviceVerification")({
  _tag: Schema.tag("device"),
  userCode: UserCode
}) {}

/** Somebody wants to look after their own account: where on it they go when they have signed in. */
export class AccountVisit extends Schema.Class<AccountVisit>("AccountVisit")({
  _tag: Schema.tag("account"),
  /** A path of this provider, `/account` or below it; a link from a letter goes on with its token. */
  path: Schema.String.pipe(Schema.check(Schema.isPattern(/^\/account(\/[a-z-]+)*(\?token=[A-Za-z0-9_.-]{1,4000})?$/)))
}) {}

/** What somebody signs in for. */
const LoginRequest = Schema.Union([AuthorizationRequest, DeviceVerification, AccountVisit])

/**
 * What a letter leads on to: the request, in the browser in which it was begun. In any other one it is the person's own
 * account, so that nobody finishes what somebody else began in their name (RFC 9700 §4.7, RFC 8628 §5.4).
 */
export const begunHere = <Step extends { readonly request: typeof LoginRequest.Type; readonly subject: string | null }>(
  { request, subject }: Step,
  isHere: boolean
) => (isHere ? { request, subject } : { request: new AccountVisit({ path: accountPaths.profile }), subject: null })

/** A login that is waiting for its person. `ticket` is consumed by the login that succeeds. */
export class LoginInteraction extends Schema.Class<LoginInteraction>("LoginInteraction")({
  _tag: Schema.tag("login"),
  ticket: Schema.String,
  /** The hash of the secret in the browser's cookie. */
  browser: SecretHash,
  request: LoginRequest,
  /** The user the client expects; null for anybody. */
  subject: Schema.NullOr(Schema.String),
  /** Milliseconds. */
  expiresAt: Schema.Int
}) {}

/** What the two halves of a letter that signs in have in common. Nothing of it is stored before it is used. */
const mailed = {
  /** Used up by whichever half is used first. */
  ticket: Schema.String,
  request: LoginRequest,
  subject: Schema.NullOr(Schema.String),
  /** Whose letter it is; an id that nobody has, where nobody has the name that was typed. */
  userId: UserId,
  /** The name that was typed, by which guesses are counted: for nobody's name as for somebody's. */
  name: Schema.String,
  /** The hash of the address that it was sent to: a letter to an address that was given up is void. */
  address: SecretHash,
  /** When the link ends. */
  expiresAt: Schema.Int
}

/** What the link of a letter carries. */
export class MailedLink extends Schema.Class<MailedLink>("MailedLink")({
  ...mailed,
  /** The hash of the secret of the browser that asked for the letter. */
  asker: SecretHash,
  /** The hash of what that browser shows. */
  confirmation: SecretHash,
  /** The address, masked. */
  to: Schema.String
}) {}

/** The page that waits for the code of a letter, in the browser that asked for it. */
export class MailedCodeInteraction extends Schema.Class<MailedCodeInteraction>("MailedCodeInteraction")({
  ...mailed,
  _tag: Schema.tag("mailed_code"),
  browser: SecretHash,
  code: SecretHash,
  /** When the code ends, which does not live as long as the link. */
  codeExpiresAt: Schema.Int,
  /** What is shown here, to be typed where the link is opened. */
  confirmation: Confirmation
}) {}

/** The page that a link leads to, in whatever browser it was opened in. */
export class MailedLinkInteraction extends Schema.Class<MailedLinkInteraction>("MailedLinkInteraction")({
  ...MailedLink.fields,
  _tag: Schema.tag("mailed_link"),
  browser: SecretHash
}) {}

/** A consent that is waiting for the signed-in user. */
export class ConsentInteraction extends Schema.Class<ConsentInteraction>("ConsentInteraction")({
  _tag: Schema.tag("consent"),
  browser: SecretHash,
  request: AuthorizationRequest,
  userId: UserId,
  userName: Schema.String,
  sessionHash: SecretHash,
  /** The login has to be at least this young, whenever the button is pressed. Milliseconds. */
  authenticatedSince: Schema.Int,
  subject: Schema.NullOr(Schema.String),
  expiresAt: Schema.Int
}) {}

/** A logout that is waiting for a person to confirm it. OIDC RP-Initiated Logout §2. */
export class LogoutInteraction extends Schema.Class<LogoutInteraction>("LogoutInteraction")({
  _tag: Schema.tag("logout"),
  browser: SecretHash,
  sessionHash: SecretHash,
  /** Who would be signed out, as the page says it. */
  userName: Schema.String,
  clientId: Schema.NullOr(ClientId),
  /** The registered address to go back to afterwards, with its state; null to stay here. */
  uri: Schema.NullOr(Schema.String),
  /** The languages the pages had better be in, the best first. */
  uiLocales: Schema.optionalKey(Schema.Array(Schema.String)),
  expiresAt: Schema.Int
}) {}

/** The page for a user code: without it, another site could enter one in somebody's name. RFC 8628 §3.3. */
export class DeviceEntryInteraction extends Schema.Class<DeviceEntryInteraction>("DeviceEntryInteraction")({
  _tag: Schema.tag("device_entry"),
  browser: SecretHash,
  expiresAt: Schema.Int
}) {}

/** A device that is waiting for the signed-in user's yes or no. RFC 8628 §3.3, §5.4. */
export class DeviceConsentInteraction extends Schema.Class<DeviceConsentInteraction>("DeviceConsentInteraction")({
  _tag: Schema.tag("device_consent"),
  browser: SecretHash,
  userCode: UserCode,
  /** What the device asks for. */
  device: DeviceAuthorization,
  userId: UserId,
  userName: Schema.String,
  sessionHash: SecretHash,
  /** The login has to be at least this young, whenever the button is pressed. Milliseconds. */
  authenticatedSince: Schema.Int,
  /** What a yes makes: drawn with the page, so that a button pressed twice is one yes. */
  grantId: GrantId,
  expiresAt: Schema.Int
}) {}

/** A form of the account page: only in the browser, the session and the time in which it was shown. */
export class AccountInteraction extends Schema.Class<AccountInteraction>("AccountInteraction")({
  _tag: Schema.tag("account_form"),
  browser: SecretHash,
  userId: UserId,
  sessionHash: SecretHash,
  /** What the form spends: the challenge of a new passkey. */
  ticket: Schema.optionalKey(Schema.String),
  expiresAt: Schema.Int
}) {}

export const Interaction = Schema.Union([
  LoginInteraction,
  MailedCodeInteraction,
  MailedLinkInteraction,
  ConsentInteraction,
  LogoutInteraction,
  DeviceEntryInteraction,
  DeviceConsentInteraction,
  AccountInteraction
])
export type Interaction = typeof Interaction.Type
