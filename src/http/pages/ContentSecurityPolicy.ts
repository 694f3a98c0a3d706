/**
 * What a page is allowed to do, as the header that must be sent with it. CSP Level 3, RFC 9700 §4.16.
 *
 * A page that runs a script names its hash, and no other script runs. A page without a form says so. A page with a form
 * cannot say `form-action`: browsers apply it to every redirect that follows a submission, so it would have to list not
 * only the client's redirect URI but each address to which the client's own callback leads on, and a sign-in would end
 * on a blank page. What it would protect against, a form that was injected, is excluded by `html` and by `base-uri`.
 */
import { policySource } from "../../html/SafeUrl.ts"

export interface Needs {
  /** Addresses of the images shown. */
  readonly images: ReadonlyArray<string>
  /** Whether the page has a form. */
  readonly form: boolean
  /** Addresses of the frames of other sites. */
  readonly frames?: ReadonlyArray<string>
  /** The hash of the one script of the page. */
  readonly script?: string | undefined
}

/** The value of the header Content-Security-Policy. */
export const contentSecurityPolicy = (needs: Needs): string => {
  const images = sourcesOf(needs.images)
  const frames = sourcesOf(needs.frames ?? [])
  return [
    "default-src 'none'",
    ...(needs.script === undefined ? [] : [`script-src '${needs.script}'`]),
    "style-src 'self'",
    `img-src ${["'self'", ...images].join(" ")}`,
    ...(frames.length === 0 ? [] : [`frame-src ${frames.join(" ")}`]),
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ...(needs.form ? [] : ["form-action 'none'"])
  ].join("; ")
}

const sourcesOf = (addresses: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set(addresses.map(policySource).filter((source) => source !== undefined))
]
