/** Who may join a sector: whoever its document lists, read when there is something to look for. OIDC Core §8.1. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { deviceGrant } from "../../src/domain/ClientMetadata.ts"
import { RemoteServers } from "../../src/layers/test/RemoteFetchMemory.ts"
import { changedMetadata, newMetadata } from "../../src/services/flows/operator/JudgeMetadata.ts"
import { failureOf, World } from "./World.ts"

describe("OIDC Core §8.1: the document of a sector", () => {
  const sector_identifier_uri = "https://sector.example/uris.json"
  const both = ["https://a.example/cb", "https://b.example/cb"]
  const members = { subject_type: "pairwise", redirect_uris: both, sector_identifier_uri }
  const serve = (document: string) =>
    RemoteServers.use(({ documents }) => Effect.sync(() => documents.set(sector_identifier_uri, document)))

  it.effect("lists every redirect_uri", () =>
    Effect.gen(function* () {
      yield* serve(JSON.stringify([...both, "https://c.example/"]))
      expect(yield* newMetadata(members)).toMatchObject(members)
    }).pipe(Effect.provide(World))
  )

  const wrong = [JSON.stringify(both.slice(1)), "[]", "{}", JSON.stringify(both.join()), "[1]", "no JSON", ""]
  it.effect.each(wrong)("%j does not", (document) =>
    Effect.gen(function* () {
      yield* serve(document)
      expect(yield* failureOf(newMetadata(members))).toMatchObject({ field: "sector_identifier_uri" })
    }).pipe(Effect.provide(World))
  )

  it.effect("that cannot be read lists nothing", () =>
    Effect.gen(function* () {
      const message = "sector_identifier_uri: cannot be read (network)."
      expect(yield* failureOf(newMetadata(members))).toMatchObject({ field: "sector_identifier_uri", message })
    }).pipe(Effect.provide(World))
  )

  it.effect("is read when another one is named, whose redirect_uris are not known to be there", () =>
    Effect.gen(function* () {
      yield* serve(JSON.stringify(both))
      const before = yield* newMetadata(members)
      const { documents } = yield* RemoteServers
      const other = "https://other.example/uris.json"
      documents.set(other, JSON.stringify(["https://c.example/"]))
      for (const change of [
        changedMetadata(before, { sector_identifier_uri: other }),
        newMetadata({ ...members, sector_identifier_uri: other }, before)
      ]) {
        expect(yield* failureOf(change)).toMatchObject({ field: "sector_identifier_uri" })
      }
    }).pipe(Effect.provide(World))
  )

  it.effect("is nothing to a client of devices, whose answers go to nobody's address", () =>
    Effect.gen(function* () {
      yield* serve(JSON.stringify(both))
      const devices = { ...members, grant_types: ["authorization_code", deviceGrant] }
      expect(yield* failureOf(newMetadata(devices))).toMatchObject({ field: "sector_identifier_uri" })
    }).pipe(Effect.provide(World))
  )

  it.effect("is read again when a redirect_uri is added, and not when something else is changed", () =>
    Effect.gen(function* () {
      yield* serve(JSON.stringify(both))
      const before = yield* newMetadata(members)
      yield* serve("gone")
      expect(yield* changedMetadata(before, { client_name: "x" })).toMatchObject({ client_name: "x" })
      expect(yield* changedMetadata(before, { redirect_uris: both.slice(1) })).toMatchObject({})
      expect(yield* newMetadata(members, before)).toEqual(before)
      const added = { redirect_uris: [...both, "https://c.example/cb"] }
      expect(yield* failureOf(changedMetadata(before, added))).toMatchObject({ field: "sector_identifier_uri" })
    }).pipe(Effect.provide(World))
  )
})
