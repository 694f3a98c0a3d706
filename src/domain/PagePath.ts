/** The addresses of the pages that people see: routes answer there, and forms, letters and logins lead there. */

export const loginPath = "/login"

/** Where a letter that signs in is asked for and used. `link` is in the letter, and goes on to `confirm`. */
export const letterPaths = {
  ask: "/login/letter",
  code: "/login/code",
  link: "/login/link",
  confirm: "/login/link/confirm"
} as const

/** Where a new password is asked for, and set without the one before; `reset` is in the letter. */
export const passwordPaths = {
  forgotten: "/password/forgot",
  sent: "/password/sent",
  reset: "/password/reset"
} as const

/** The pages of the account, by the texts that name them. */
export const accountPaths = {
  profile: "/account",
  picture: "/account/picture",
  email: "/account/email",
  passkeys: "/account/passkeys",
  password: "/account/password",
  sessions: "/account/sessions",
  applications: "/account/applications"
} as const

/** What the letter to a new address leads to. */
export const emailConfirmPath = `${accountPaths.email}/confirm` as const

export const addPasskeyPath = `${accountPaths.passkeys}/add` as const

/** A page for a sealed step that a browser brings. */
export const stepPage = (path: string, sealed: string): string => `${path}?interaction=${encodeURIComponent(sealed)}`

/** A page for what the link of a letter carries. */
export const linkedPage = (path: string, token: string): string => `${path}?token=${encodeURIComponent(token)}`
