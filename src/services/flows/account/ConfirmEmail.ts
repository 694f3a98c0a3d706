/**
 * The link that confirms an e-mail address: looked at, and used once. NIST SP 800-63B-4 §4.6, OWASP ASVS 5.0 §6.3.7;
 * docs/decisions/0025-account.md.
 *
 * The link shows that somebody reads the mail, and the session whose account it is: nobody confirms an address for
 * another's account by following a link. First the new name is reserved, then the home is changed, then the old name is
 * given up. Cut off anywhere, the account has at least the names of its profile, and pressing again goes on: the
 * attempt is made of the letter and the browser.
 */
import { Clock, Effect } from "effect"
import { EmailChangeLink, judge, withEmail } from "../../../domain/EmailChange.ts"
import { eventIdOf } from "../../../domain/AuditEvent.ts"
import { type Identifier, ofLogin } from "../../../domain/Identifier.ts"
import type { AttemptId } from "../../../domain/Ids.ts"
import type { Language } from "../../../domain/Language.ts"
import { emailConfirmPath, linkedPage } from "../../../domain/PagePath.ts"
import type { User } from "../../../domain/User.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Sealer } from "../../ports/Sealer.ts"
import { retried } from "../../storage/Retry.ts"
import { Tickets } from "../../storage/Tickets.ts"
import { Users } from "../../storage/Users.ts"
import { ofProfile } from "../operator/SignInNames.ts"
import type { Browser } from "../authorize/Outcome.ts"
import { letterAttempt, letterLinkOpener } from "../letters/LetterLink.ts"
import { postLetter } from "../letters/PostLetter.ts"
import { tellLink } from "../audit/Failures.ts"
import { releaseNames, reserveNames } from "../ReserveNames.ts"
import { openAccountForm, sealAccountForm, viewAccount } from "./OwnAccount.ts"

const wantedBy = (token: string) => ({ path: linkedPage(emailConfirmPath, token) })

const openLink = letterLinkOpener(EmailChangeLink)

/** Why a link changes nothing. */
export type DeadLink = "expired" | "foreign" | "spent" | "stale" | "taken"

const dead = (problem: DeadLink) => ({ _tag: "Dead" as const, problem })

/** What the link is about, with a button. Whoever only looks (a mail scanner) uses nothing up. */
export const viewEmailLink = Effect.fn("ConfirmEmail.view")(function* (token: string, browser: Browser) {
  const link = yield* openLink(token)
  const own = yield* viewAccount(wantedBy(token), browser)
  if (own._tag === "SignIn") return own
  if (link.userId !== own.user.id) return { ...own, ...dead("foreign") }
  if ((yield* Clock.currentTimeMillis) >= link.expiresAt) return { ...own, ...dead("expired") }
  return { ...own, _tag: "Ask" as const, to: link.to }
})

export interface Confirmation {
  readonly sealed: string
  readonly token: string
  readonly language: Language
}

/** The button was pressed. */
export const confirmEmail = Effect.fn("ConfirmEmail.confirm")(function* (asked: Confirmation, browser: Browser) {
  const link = yield* openLink(asked.token)
  const own = yield* openAccountForm(asked.sealed, wantedBy(asked.token), browser)
  if (own._tag === "SignIn") return own
  const form = yield* sealAccountForm(own)
  const outcome = link.userId === own.user.id ? yield* use(link, own.user, own.secret, asked.language) : dead("foreign")
  if (outcome._tag === "Dead") yield* tellLink("email", link, own.user.id)
  return { ...own, form, ...outcome }
})

/** Once: by whoever pressed first, who may press again where an answer was lost. */
const use = Effect.fnUntraced(function* (link: EmailChangeLink, user: User, secret: string, language: Language) {
  const { attempt, reservation } = yield* derivedOf(link, secret)
  const refused = yield* spend(link, attempt)
  if (refused !== undefined) return dead(refused)
  const names = namesOf(link)
  // Where something else of the user was changed meanwhile, it is judged anew.
  for (let now: User | null = user; now !== null; now = yield* retried(Users.find)(link.userId)) {
    const judged = judge(now, link)
    if (judged === "stale") {
      yield* releaseNames(now.id, unused(names, now), reservation)
      return dead("stale")
    }
    const changed = judged === "done" ? now : yield* take(now, link, reservation)
    if (changed === "taken") return dead("taken")
    if (changed === "changed") continue
    yield* releaseNames(now.id, unused(names, changed), reservation)
    yield* tellFormer(link, language)
    return { _tag: "Changed" as const, user: changed }
  }
  return dead("stale")
})

/** What this letter is to this browser: one attempt, and one reservation, however often its button is pressed. */
const derivedOf = Effect.fnUntraced(function* ({ expiresAt, ticket }: EmailChangeLink, secret: string) {
  const { lifetimes } = yield* ProviderConfig
  const event = yield* Sealer.use((sealer) =>
    sealer.tag("attempt", JSON.stringify(["identifier.reserved", ticket, secret]))
  )
  return {
    attempt: yield* letterAttempt(ticket, secret),
    reservation: eventIdOf(expiresAt - lifetimes.emailChange, event)
  }
})

const spend = Effect.fnUntraced(function* ({ expiresAt, ticket: id }: EmailChangeLink, attempt: AttemptId) {
  return yield* retried(Tickets.spend)({ attempt, kind: "email_change", id, expiresAt }).pipe(
    Effect.as(undefined),
    Effect.catchTag("TicketRefused", ({ reason }) => Effect.succeed(reason))
  )
})

/** The name that is to go and the one that is to come; the same one if an address is only confirmed. */
const namesOf = ({ from, to }: EmailChangeLink): ReadonlyArray<Identifier> => [
  ...new Set([from ?? "", to].flatMap((text) => ofLogin(text) ?? []))
]

/** Those that the account does not go by. */
const unused = (names: ReadonlyArray<Identifier>, { profile }: User): ReadonlyArray<Identifier> => {
  const used = ofProfile(profile)
  return names.filter((name) => !used.includes(name))
}

/**
 * The names first: both of them under one event, so that what is given up afterwards is this reservation, and not one
 * that another change of the same account has made since.
 */
const take = Effect.fnUntraced(function* ({ id, profile, version }: User, link: EmailChangeLink, reservation: string) {
  return yield* reserveNames(id, namesOf(link), reservation).pipe(
    Effect.andThen(retried(Users.change)({ userId: id, version, profile: withEmail(profile, link.to) })),
    Effect.catchTag("IdentifierTaken", () => Effect.succeed("taken" as const)),
    Effect.catchTag(["UserChanged", "NoSuchUser"], () => Effect.succeed("changed" as const))
  )
})

/** Whoever reads the mail of the old address hears that it is no longer the account's. */
const tellFormer = ({ from, fromVerified, to }: EmailChangeLink, language: Language) =>
  from === null || from === to || !fromVerified
    ? Effect.void
    : postLetter({ to: from, language, letter: { _tag: "NoticeLetter", what: "email_changed" } })
