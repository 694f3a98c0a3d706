/** Pushed authorization requests: bound to their client, shown until they expire, used once. RFC 9126. */
import { Schema } from "effect"

/** The id of a pushed request: the locator of its shard and 128 random bits. RFC 9126 §7.1. */
export const PushedId = Schema.String.pipe(
  Schema.check(Schema.isPattern(/^[1-9][0-9]{0,2}-[0-9]{1,5}\.[A-Za-z0-9_-]{22}$/)),
  Schema.brand("PushedId")
)
export type PushedId = typeof PushedId.Type

const prefix = "urn:ietf:params:oauth:request_uri:"

/** The request_uri of a pushed request. RFC 9126 §2.2. */
export const requestUri = (id: PushedId): string => prefix + id

/** Whether a request_uri names a pushed request at all, rather than a document somewhere. */
export const isPushedUri = (uri: string): boolean => uri.startsWith(prefix)
