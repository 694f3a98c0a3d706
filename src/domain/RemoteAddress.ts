/**
 * Which addresses of other people the provider asks: https, and nothing that is inside somebody's own network.
 * RFC 9101 §10.4, RFC 7591 §5, RFC 6890 (special-purpose addresses).
 *
 * It judges the address as the URL standard reads it, which turns `0x7f.1`, `2130706433` and full-width digits into the
 * numbers they mean. What a name resolves to is not known here; the platform's own network does not lead inside.
 */

/** The names that lead to no public host. RFC 6761, RFC 6762, RFC 8375, ICANN's `.internal`. */
const insideNames = ["localhost", "local", "internal", "home.arpa", "localdomain", "lan", "intranet", "corp", "home"]

/** IPv4 networks that are not public, as first address and length. RFC 6890, and multicast and what is above it. */
const insideNetworks: ReadonlyArray<readonly [network: string, length: number]> = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3]
]

/** Why an address is not asked; undefined if it is. With `allowLoopback`, this computer may be asked, over http too. */
export const refusal = (uri: string, allowLoopback = false): string | undefined => {
  const url = URL.parse(uri)
  if (url === null) return "is not an absolute URL"
  if (url.protocol !== "https:" && url.protocol !== "http:") return `uses the scheme ${url.protocol}`
  if (url.username !== "" || url.password !== "") return "contains user information"
  const host = url.hostname.replace(/\.+$/, "")
  if (allowLoopback && isLoopback(host)) return undefined
  if (url.protocol !== "https:") return "is not https"
  if (host.startsWith("[")) return isPublicV6(host) ? undefined : "is an address that is not public"
  if (/^[0-9.]+$/.test(host)) return isPublicV4(host) ? undefined : "is an address that is not public"
  if (!host.includes(".")) return "names a host without a domain"
  return insideNames.some((name) => host.endsWith(`.${name}`)) ? "names a host that is not public" : undefined
}

const isLoopback = (host: string): boolean =>
  host === "[::1]" || host === "localhost" || host.endsWith(".localhost") || /^127\.[0-9.]+$/.test(host)

const numberOf = (address: string): number => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0)

const isPublicV4 = (address: string): boolean =>
  !insideNetworks.some(([network, length]) => {
    const size = 2 ** (32 - length)
    return Math.floor(numberOf(address) / size) === Math.floor(numberOf(network) / size)
  })

/**
 * Only global unicast (2000::/3) is public, without the parts of it that stand for something else: protocol
 * assignments and Teredo, documentation, 6to4. So a mapped or translated IPv4 address is none either.
 */
const isPublicV6 = (host: string): boolean => {
  const [first = 0, second = 0] = groupsOf(host)
  if (first < 0x2000 || first > 0x3fff) return false
  if (first === 0x2001 && (second < 0x0200 || second === 0x0db8)) return false
  return first !== 0x2002 && !(first === 0x3fff && second < 0x1000)
}

/** The groups of an address as the URL standard writes it: hexadecimal, the longest run of zeros as `::`. */
export const groupsOf = (host: string): ReadonlyArray<number> => {
  const read = (text: string) => (text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16)))
  const [head = "", tail] = host.slice(1, -1).split("::")
  const [before, after] = [read(head), read(tail ?? "")]
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
}
