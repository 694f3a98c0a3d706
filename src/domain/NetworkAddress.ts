/**
 * The network that a request comes from, as far as one is counted: an IPv4 address, or the /64 of an IPv6 address.
 *
 * Whoever has one IPv6 address has the 2^64 of its network, so an address of its own for each try. RFC 4291 §2.5.4,
 * RFC 6177 §2. An IPv4 address that is written as IPv6 is the IPv4 address (RFC 4291 §2.5.5.2).
 */
import { groupsOf } from "./RemoteAddress.ts"

/** Undefined for a text that is no address. */
export const networkOf = (text: string): string | undefined => {
  if (/^[0-9]{1,3}(\.[0-9]{1,3}){3}$/.test(text)) return hostOf(text) === text ? text : undefined
  const host = /^[0-9a-fA-F:.]+$/.test(text) && text.includes(":") ? hostOf(`[${text}]`) : undefined
  if (host === undefined) return undefined
  const groups = groupsOf(host)
  const [, , , , , marker, high = 0, low = 0] = groups
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && marker === 0xffff
  if (isMapped) return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".")
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`
}

/** As the URL standard writes it. */
const hostOf = (host: string): string | undefined => URL.parse(`http://${host}/`)?.hostname
