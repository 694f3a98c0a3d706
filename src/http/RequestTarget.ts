/** The two halves of what a request asks for, undecoded. RFC 9110 §4.2, RFC 3986 §3.3 and §3.4. */

/** The path, without the query. */
export const pathText = (url: string): string => url.replace(/\?.*$/s, "")

/** The query, without the question mark. */
export const queryText = (url: string): string => (url.includes("?") ? url.slice(url.indexOf("?") + 1) : "")
