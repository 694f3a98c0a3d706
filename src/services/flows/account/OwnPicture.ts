/** A person's own picture: uploading one, and taking it away. OIDC Core §5.1; docs/decisions/0035-avatars.md. */
import { Effect } from "effect"
import { accountPaths } from "../../../domain/PagePath.ts"
import { giveAvatar, takeAvatar } from "../ChangeAvatar.ts"
import type { Browser } from "../authorize/Outcome.ts"
import { openAccountForm, viewAccount } from "./OwnAccount.ts"

const wanted = { path: accountPaths.picture }

export const viewPicture = Effect.fn("OwnPicture.view")((browser: Browser) => viewAccount(wanted, browser))

export const uploadPicture = Effect.fn("OwnPicture.upload")(function* (
  sealed: string,
  uploaded: Uint8Array,
  browser: Browser
) {
  const own = yield* openAccountForm(sealed, wanted, browser)
  if (own._tag === "SignIn") return own
  return yield* giveAvatar(own.user, uploaded).pipe(
    Effect.as({ _tag: "Done" as const, done: "saved" as const }),
    Effect.catchTag("AvatarRefused", ({ fault }) => Effect.succeed({ _tag: "Refused" as const, problem: fault })),
    // Deleted or disabled, they are not signed in any more, which the next look finds.
    Effect.catchTag(["UserChanged", "NoSuchUser"], changed)
  )
})

export const removePicture = Effect.fn("OwnPicture.remove")(function* (sealed: string, browser: Browser) {
  const own = yield* openAccountForm(sealed, wanted, browser)
  if (own._tag === "SignIn") return own
  return yield* takeAvatar(own.user).pipe(
    Effect.as({ _tag: "Done" as const, done: "removed" as const }),
    Effect.catchTag(["UserChanged", "NoSuchUser"], changed)
  )
})

/** Of two who change one profile at the same time, one is told to look again. */
const changed = () => Effect.succeed({ _tag: "Refused" as const, problem: "changed" as const })
