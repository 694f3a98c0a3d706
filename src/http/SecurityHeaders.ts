/** The headers that every answer carries. RFC 9700 §4.2 (Referer), RFC 6749 §5.1 (no-store), Fetch Metadata. */

/** Nothing of an answer is kept, guessed at, or told to the next site. */
export const securityHeaders: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  pragma: "no-cache",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin"
}

/** For answers that scripts of any origin may read: they carry no cookie and need none. */
export const corsHeaders: Readonly<Record<string, string>> = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST",
  "access-control-allow-headers": "authorization, content-type, dpop",
  "access-control-expose-headers": "www-authenticate, dpop-nonce, retry-after, ratelimit, ratelimit-policy",
  "access-control-max-age": "600",
  "cross-origin-resource-policy": "cross-origin"
}

/**
 * For pages, besides their own Content-Security-Policy. No Cross-Origin-Opener-Policy: a client that signs in through a
 * popup window would lose it for good.
 */
export const pageHeaders: Readonly<Record<string, string>> = {
  ...securityHeaders,
  "x-frame-options": "DENY"
}

/** An https provider is never asked over http again. */
export const transportHeaders = (isSecure: boolean): Readonly<Record<string, string>> =>
  isSecure ? { "strict-transport-security": "max-age=31536000; includeSubDomains" } : {}
