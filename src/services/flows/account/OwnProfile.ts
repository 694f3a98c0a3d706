/**
 * A person's own profile: looking at it, and changing what they may say of themselves. OIDC Core §5.1;
 * docs/decisions/0025-account.md.
 */
import { Effect, Result } from "effect"
import { type Filled, filledIn } from "../../../domain/ProfileFields.ts"
import { accountPaths } from "../../../domain/PagePath.ts"
import { retried } from "../../storage/Retry.ts"
import { Users } from "../../storage/Users.ts"
import type { Browser } from "../authorize/Outcome.ts"
import { openAccountForm, sealAccountForm, viewAccount } from "./OwnAccount.ts"

const wanted = { path: accountPaths.profile }

/** The person and the form that changes their profile. */
export const viewProfile = Effect.fn("OwnProfile.view")((browser: Browser) => viewAccount(wanted, browser))

export interface ProfileForm {
  readonly sealed: string
  /** Of the user as the form showed them. */
  readonly version: number
  readonly filled: Filled
}

/**
 * Saves what was filled in, if the profile is still the one that the form showed: two forms that were open at once do
 * not undo each other's changes.
 */
export const saveProfile = Effect.fn("OwnProfile.save")(function* (asked: ProfileForm, browser: Browser) {
  const own = yield* openAccountForm(asked.sealed, wanted, browser)
  if (own._tag === "SignIn") return own
  const profile = filledIn(own.user.profile, asked.filled)
  if (Result.isFailure(profile)) {
    const form = yield* sealAccountForm(own)
    return { ...own, _tag: "Refused" as const, form, faults: profile.failure }
  }
  // The form is not sealed: a version that is yet to come would bring back what another change takes away meanwhile.
  const version = Math.min(asked.version, own.user.version)
  const change = { userId: own.user.id, version, profile: profile.success }
  const saved = yield* retried(Users.change)(change).pipe(
    Effect.as(true),
    // Deleted or disabled, they are not signed in any more, which the next look finds.
    Effect.catchTag(["UserChanged", "NoSuchUser"], () => Effect.succeed(false))
  )
  if (saved) return { _tag: "Saved" as const }
  const now = yield* viewProfile(browser)
  return now._tag === "SignIn" ? now : { ...now, _tag: "Changed" as const }
})
