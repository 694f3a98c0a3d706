/** Where a letter that signs in is asked for and used: the pages, and the link in it. */

export const letterPaths = {
  ask: "/login/letter",
  code: "/login/code",
  link: "/login/link",
  confirm: "/login/link/confirm"
} as const
