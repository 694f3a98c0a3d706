/**
 * What a client that cannot prove who it is may leave in storage: so many rows from one network, whatever names it
 * takes. RFC 9126 §2 (public clients push too), RFC 8628 §3.1; docs/decisions/0034-limits-everywhere.md.
 */
import { Effect } from "effect"
import { type Client, isPublic } from "../../../domain/Client.ts"
import { admitAddress } from "./Admit.ts"
import type { Credentials } from "../client/AuthenticateClient.ts"

export const admitRow = (client: Client, { address }: Credentials) =>
  isPublic(client) ? admitAddress("public_rows", address) : Effect.void
