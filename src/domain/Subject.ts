/** What a client calls a user: the same for all clients, or for those of one sector only. OIDC Core §8, §8.1. */
import type { Client } from "./Client.ts"
import { type ClientMetadata, deviceGrant } from "./ClientMetadata.ts"

/**
 * The sector of a client with pairwise subjects, null for a client with public ones: the host of its
 * `sector_identifier_uri`, or else the one of its redirect URIs.
 *
 * A loopback address or an application's own scheme is nobody's in particular, so it joins no two clients; neither do
 * several hosts, which registration refuses unless a sector says what they have in common.
 */
export const sectorOf = ({ id, metadata }: Client): string | null => {
  if (metadata.subject_type !== "pairwise") return null
  if (isAlone(metadata)) return ownSector({ id })
  const named = metadata.sector_identifier_uri
  const hosts = new Set((named === undefined ? metadata.redirect_uris : [named]).map((uri) => new URL(uri).hostname))
  const [host = "", ...others] = hosts
  return others.length === 0 && !nobodys.includes(host) ? `host ${host}` : ownSector({ id })
}

const ownSector = ({ id }: Pick<Client, "id">): string => `client ${id}`

/**
 * Whether a client gets tokens without an answer that goes to its sector: of a device that asks in its name nobody can
 * tell whose it is, so with another's addresses, or none, it would be told whom the others of the sector know.
 */
export const isAlone = (metadata: Pick<ClientMetadata, "grant_types" | "redirect_uris">): boolean =>
  metadata.grant_types.includes(deviceGrant) || metadata.redirect_uris.length === 0

/**
 * Whether a client would come into a sector that it was not registered in. It may bring grants along, and a refresh or
 * a logout would tell it whom the sector knows, with no answer that ever went there.
 */
export const joins = (before: Client, after: Client): boolean => {
  const sector = sectorOf(after)
  return sector !== null && sector !== sectorOf(before) && sector !== ownSector(after)
}

const nobodys: ReadonlyArray<string> = ["", "localhost", "127.0.0.1", "[::1]"]
