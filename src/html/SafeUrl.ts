/**
 * Addresses that came from outside, made safe to follow and to name in a policy. RFC 9700 §4.11, CSP Level 3 §2.3.1.
 *
 * A registered `client_uri` is only text until here: it may say `javascript:`, hide another host behind `user@`, or
 * carry characters that would end a policy's directive.
 */

/** The address to put into `href`, `src` or `action`, or "#" if it is none that a person should be led to. */
export const safeUrl = (url: string): string => (isOwnPath(url) ? url : (webAddress(url)?.href ?? "#"))

/** Whether `safeUrl` keeps the address: a page leaves a link out rather than showing one that leads nowhere. */
export const isSafeUrl = (url: string | undefined): url is string => url !== undefined && safeUrl(url) !== "#"

/** The origin as a source in a Content-Security-Policy, if it can be written there without meaning anything else. */
export const policySource = (url: string): string | undefined => {
  const address = webAddress(url)
  // The URL standard lets a host contain `;`, `,` and `*`, and each of them means something in a policy.
  return address !== undefined && /^([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d+)?$/.test(address.host)
    ? address.origin
    : undefined
}

/** A path of this provider. Browsers drop tabs and newlines and read `\` as `/`: `/\t/host` would be another host. */
const isOwnPath = (url: string): boolean => /^\/(?![/\\])[^\u0000-\u0020\\]*$/.test(url)

const webAddress = (url: string): URL | undefined => {
  const address = URL.parse(url)
  return address !== null &&
    (address.protocol === "https:" || address.protocol === "http:") &&
    // `https://bank.example@evil.example/` is read as the bank's by people.
    address.username === "" &&
    address.password === ""
    ? address
    : undefined
}
