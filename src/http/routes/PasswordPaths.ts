/** Where a new password is asked for and set without the one before. */

export const passwordPaths = {
  forgotten: "/password/forgot",
  sent: "/password/sent",
  reset: "/password/reset"
} as const
