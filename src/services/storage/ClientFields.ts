/**
 * Which members of a client are read with which operations: what the report says of its fields, as data.
 * docs/decisions/0031-client-cache.md.
 *
 * A member that nobody has declared to be for people to look at decides something: the first group is all the rest.
 */
import { Client } from "../../domain/Client.ts"
import { displayMembers } from "../../domain/ClientDisplay.ts"
import { ClientMetadata } from "../../domain/ClientMetadata.ts"
import { Clients } from "./Clients.ts"

const { metadata: _, ...own } = Client.fields
const members = [...Object.keys(own), ...Object.keys(ClientMetadata.fields)]
const shown: ReadonlyArray<string> = displayMembers

export const clientFields = [
  {
    of: "client",
    name: "security",
    members: members.filter((member) => !shown.includes(member)),
    readBy: [Clients.find, Clients.findAll, Clients.list, Clients.algs].map(({ operation }) => operation),
    because:
      "Redirect URIs, secrets, keys, grant types and whether there is such a client at all decide what it may do."
  },
  {
    of: "client",
    name: "display",
    members: shown,
    readBy: [Clients.display.operation],
    because:
      "They are for people to look at. Where a page reads the client anyway to decide something (login, consent, " +
      "device), it shows what it has read."
  }
]
