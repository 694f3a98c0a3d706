/** Requests from many networks: how many one network may make is what `test/attacks/limits.test.ts` is about. */

let networks = 0

/** The header by which Cloudflare names the address of a request; another one each time. */
export const anotherNetwork = (): { readonly "cf-connecting-ip": string } => {
  networks += 1
  return { "cf-connecting-ip": `198.51.${Math.floor(networks / 256) % 256}.${networks % 256}` }
}
