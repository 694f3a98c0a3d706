/** Which clients know a user by the same subject. OIDC Core §8.1. */
import { describe, expect, it } from "@effect/vitest"
import { Client } from "../../src/domain/Client.ts"
import { type ClientMetadata, defaultMetadata, deviceGrant } from "../../src/domain/ClientMetadata.ts"
import { ClientId } from "../../src/domain/Ids.ts"
import { joins, sectorOf } from "../../src/domain/Subject.ts"

const client = (id: string, redirectUris: ReadonlyArray<string>, change: Partial<ClientMetadata> = {}) =>
  new Client({
    id: ClientId.make(id),
    metadata: {
      ...defaultMetadata,
      redirect_uris: redirectUris as ClientMetadata["redirect_uris"],
      subject_type: "pairwise",
      ...change
    },
    secrets: [],
    version: 1,
    createdAt: 0,
    updatedAt: 0
  })

const sector = (...[id, uris, change]: Parameters<typeof client>) => sectorOf(client(id, uris, change))

describe("OIDC Core §8.1: the sector of a client", () => {
  const named = { sector_identifier_uri: "https://group.example/sector.json" }

  it("is none for public subjects, which are the default", () => {
    expect(sector("a", ["https://a.example/cb"], { subject_type: "public" })).toBe(null)
    const { subject_type: _, ...metadata } = client("a", ["https://a.example/cb"]).metadata
    expect(sectorOf(new Client({ ...client("a", []), metadata }))).toBe(null)
  })

  it("is the host of its redirect URIs, whatever the path, the port and the case", () => {
    const one = sector("a", ["https://rp.example/cb", "https://rp.example:8443/other?x=1"])
    expect(sector("b", ["https://RP.example/"])).toBe(one)
    expect(sector("c", ["https://other.example/cb"])).not.toBe(one)
    expect(sector("d", ["https://sub.rp.example/cb"])).not.toBe(one)
  })

  it("is the host of sector_identifier_uri, where there is one", () => {
    const one = sector("a", ["https://a.example/cb", "https://b.example/cb"], named)
    expect(sector("b", ["https://c.example/cb"], named)).toBe(one)
    expect(sector("c", ["https://group.example/cb"])).toBe(one)
  })

  it.each<[string, ReadonlyArray<string>, Partial<ClientMetadata>?]>([
    ["loopback", ["http://127.0.0.1/cb"]],
    ["loopback by name", ["http://localhost:3000/cb"]],
    ["loopback of IPv6", ["http://[::1]/cb"]],
    ["an application's own scheme", ["com.example.app:/cb"]],
    ["several hosts", ["https://a.example/cb", "https://b.example/cb"]],
    ["no redirect URI", []],
    ["no redirect URI, whatever sector is named", [], named],
    ["addresses that devices need no answer at", ["https://a.example/cb"], { grant_types: [deviceGrant] }],
    ["the sector of such", ["https://a.example/cb"], { ...named, grant_types: ["authorization_code", deviceGrant] }]
  ])("joins no two clients by %s, which is nobody's in particular", (_name, uris, change = {}) => {
    expect(sector("a", uris, change)).not.toBe(sector("b", uris, change))
    expect(sector("a", uris, change)).toBe(sector("a", uris, change))
  })

  it("is not another one later, for what a client has from before would be told by the names of the new one", () => {
    const at = (uris: ReadonlyArray<string>, change?: Partial<ClientMetadata>) => client("a", uris, change)
    const before = at(["https://a.example/cb"])
    expect(joins(before, at(["https://b.example/cb"]))).toBe(true)
    expect(joins(before, at(["https://a.example/cb"], named))).toBe(true)
    expect(joins(at(["https://b.example/cb"], { subject_type: "public" }), at(["https://b.example/cb"]))).toBe(true)
    expect(joins(before, at(["https://a.example/other"]))).toBe(false)
    expect(joins(at(["https://a.example/cb"], named), at(["https://b.example/cb"], named))).toBe(false)
    expect(joins(before, at(["https://b.example/cb"], { subject_type: "public" }))).toBe(false)
    expect(joins(before, at(["https://b.example/cb"], { grant_types: [deviceGrant] }))).toBe(false)
  })

  it("cannot be made to look like another's by a client's id", () => {
    expect(sector("host rp.example", [])).not.toBe(sector("b", ["https://rp.example/cb"]))
  })
})
