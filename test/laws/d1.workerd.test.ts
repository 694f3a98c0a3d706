/** The laws of D1's operations over real D1 and real R2, in workerd. */
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { AuditArchiveR2 } from "../../src/layers/cloudflare/r2/AuditArchiveR2.ts"
import { AlertsR2 } from "../../src/layers/cloudflare/r2/AlertsR2.ts"
import { TrafficD1 } from "../../src/layers/cloudflare/d1/TrafficD1.ts"
import { AvatarsR2 } from "../../src/layers/cloudflare/r2/AvatarsR2.ts"
import { AuditLogD1 } from "../../src/layers/cloudflare/d1/AuditLogD1.ts"
import { BrandingsD1 } from "../../src/layers/cloudflare/d1/BrandingsD1.ts"
import { ClientsD1 } from "../../src/layers/cloudflare/d1/ClientsD1.ts"
import { type D1Client, statement } from "../../src/layers/cloudflare/d1/D1Client.ts"
import { DirectoryD1 } from "../../src/layers/cloudflare/d1/DirectoryD1.ts"
import { HealthOfStores } from "../../src/layers/cloudflare/HealthProbes.ts"
import { IdentifiersD1 } from "../../src/layers/cloudflare/d1/IdentifiersD1.ts"
import { InitialAccessTokensD1 } from "../../src/layers/cloudflare/d1/InitialAccessTokensD1.ts"
import { RolesD1 } from "../../src/layers/cloudflare/d1/RolesD1.ts"
import { ScopeMappingsD1 } from "../../src/layers/cloudflare/d1/ScopeMappingsD1.ts"
import { scopeMappingMemory, ScopeMappingsIsolate } from "../../src/layers/objects/ScopeMappingCopy.ts"
import { StatisticsD1 } from "../../src/layers/cloudflare/d1/StatisticsD1.ts"
import { LeftoversD1 } from "../../src/layers/cloudflare/d1/LeftoversD1.ts"
import { Leftovers } from "../../src/services/storage/Leftovers.ts"
import { ResourceServersD1 } from "../../src/layers/cloudflare/d1/ResourceServersD1.ts"
import { ClientDisplaysKv } from "../../src/layers/objects/ClientDisplays.ts"
import { brandingMemory, BrandingsIsolate } from "../../src/layers/objects/BrandingCopy.ts"
import { Branding } from "../../src/domain/Branding.ts"
import { InitialAccessToken, InitialTokenId } from "../../src/domain/InitialAccessToken.ts"
import { RoleName } from "../../src/domain/Role.ts"
import { ResourceServer } from "../../src/domain/ResourceServer.ts"
import { CurrentCost, zero } from "../../src/services/ports/Cost.ts"
import { AuditLog } from "../../src/services/storage/AuditLog.ts"
import { Brandings } from "../../src/services/storage/Brandings.ts"
import { SettingsD1 } from "../../src/layers/cloudflare/d1/SettingsD1.ts"
import { settingsMemory, SettingsIsolate } from "../../src/layers/objects/SettingsCopy.ts"
import { Clients } from "../../src/services/storage/Clients.ts"
import { Directory } from "../../src/services/storage/Directory.ts"
import { freshClient, freshEvent, freshName, freshText, freshUserId } from "../../src/services/storage/Fresh.laws.ts"
import { InitialAccessTokens } from "../../src/services/storage/InitialAccessTokens.ts"
import { Identifiers } from "../../src/services/storage/Identifiers.ts"
import { freshServer } from "../../src/services/storage/ResourceServers.laws.ts"
import { ResourceServers } from "../../src/services/storage/ResourceServers.ts"
import { freshHash } from "../../src/services/storage/World.laws.ts"
import { holdOver, holdTwiceOver } from "./D1Laws.ts"
import { migrate, reader, startWorkerd, tokens, type Workerd } from "./Workerd.ts"

let workerd: Workerd

beforeAll(async () => {
  workerd = await startWorkerd()
  await Effect.runPromise(migrate(workerd.d1))
})

afterAll(() => workerd.stop())

const operations = Layer.mergeAll(
  AvatarsR2,
  ClientDisplaysKv.pipe(Layer.provideMerge(ClientsD1)),
  InitialAccessTokensD1,
  ResourceServersD1,
  BrandingsIsolate.pipe(Layer.provideMerge(BrandingsD1), Layer.provide(brandingMemory)),
  SettingsIsolate.pipe(Layer.provideMerge(SettingsD1), Layer.provide(settingsMemory)),
  IdentifiersD1,
  DirectoryD1,
  StatisticsD1,
  LeftoversD1,
  RolesD1,
  ScopeMappingsIsolate.pipe(Layer.provideMerge(ScopeMappingsD1), Layer.provide(scopeMappingMemory)),
  AuditLogD1,
  AuditArchiveR2,
  HealthOfStores,
  AlertsR2,
  TrafficD1
)

/** Built when a test runs: before, there is no workerd yet. */
const layer = Layer.unwrap(
  Effect.sync(() => operations.pipe(Layer.provide(tokens(workerd)), Layer.merge(reader(workerd))))
)

describe("D1 and R2 in workerd", () => {
  holdOver(layer)
})

describe("D1 and R2 in workerd, when every answer is lost once", () => {
  holdTwiceOver(layer)
})

describe("rows read and written", () => {
  /** The rows that an effect reads and writes in D1. */
  const costOf = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.gen(function* () {
      const cost = zero()
      yield* effect.pipe(Effect.provideService(CurrentCost, cost))
      return { read: cost.d1RowsRead, written: cost.d1RowsWritten }
    })

  /** Every operation once, on new values; what each cost. */
  const costs = Effect.gen(function* () {
    const userId = yield* freshUserId
    const names = [yield* freshName, yield* freshName]
    const client = yield* freshClient
    const event = (type: "client.created" | "identifier.reserved") => freshEvent({ type })
    const now = yield* Clock.currentTimeMillis
    const server = yield* freshServer
    const token = new InitialAccessToken({
      id: InitialTokenId.make(`t${yield* freshText}`),
      hash: yield* freshHash,
      uses: 1,
      used: 0,
      createdAt: now,
      expiresAt: now + 1_000_000
    })
    const entry = {
      userId,
      status: "active",
      username: null,
      email: null,
      name: null,
      createdAt: 0,
      updatedAt: 0,
      version: 1
    } as const
    const found = { roles: [RoleName.make("law")], fields: { team: yield* freshText } }
    return {
      create: yield* costOf(Clients.create(client, yield* event("client.created"))),
      find: yield* costOf(Clients.find(client.id)),
      findAll: yield* costOf(Clients.findAll([client.id])),
      list: yield* costOf(Clients.list({ after: "", limit: 1 })),
      remove: yield* costOf(Clients.remove(client.id, yield* event("client.created"))),
      issue: yield* costOf(InitialAccessTokens.create(token, yield* event("client.created"))),
      findToken: yield* costOf(InitialAccessTokens.find(token.id)),
      listTokens: yield* costOf(InitialAccessTokens.list({ after: "", limit: 1 })),
      register: yield* costOf(
        InitialAccessTokens.register({ tokenId: token.id, client, now }, yield* event("client.created"))
      ),
      revoke: yield* costOf(InitialAccessTokens.revoke(token.id, yield* event("client.created"))),
      createServer: yield* costOf(ResourceServers.create(server, yield* event("client.created"))),
      findServers: yield* costOf(ResourceServers.find([server.id, "https://absent.example"])),
      listServers: yield* costOf(ResourceServers.list({ after: "", limit: 1 })),
      updateServer: yield* costOf(
        ResourceServers.update(new ResourceServer({ ...server, version: 2 }), yield* event("client.created"))
      ),
      removeServer: yield* costOf(ResourceServers.remove(server.id, yield* event("client.created"))),
      setLook: yield* costOf(
        Brandings.set(
          new Branding({ light: {}, dark: {}, version: (yield* Brandings.find()).version + 1 }),
          yield* event("client.created")
        )
      ),
      findLook: yield* costOf(Brandings.find()),
      reserve: yield* costOf(
        Identifiers.reserve({ userId, identifiers: names, now: 0 }, yield* event("identifier.reserved"))
      ),
      resolve: yield* costOf(Identifiers.resolve(names[0]!)),
      release: yield* costOf(
        Identifiers.release({ userId, identifiers: names, reservedBy: null }, yield* event("identifier.reserved"))
      ),
      append: yield* costOf(AuditLog.append([yield* event("identifier.reserved")])),
      mirror: yield* costOf(Directory.mirror([entry])),
      mirrorFound: yield* costOf(Directory.mirror([{ ...entry, version: 2, ...found }])),
      mirrorFoundAgain: yield* costOf(Directory.mirror([{ ...entry, version: 3, ...found }])),
      findUsers: yield* costOf(Directory.find([userId])),
      byField: yield* costOf(Directory.withField({ after: "", limit: 1, field: "team", value: found.fields.team })),
      byRole: yield* costOf(Directory.withRole({ after: "", limit: 1, role: RoleName.make("law") })),
      mirrorUnfound: yield* costOf(Directory.mirror([{ ...entry, version: 4 }]))
    }
  })

  const many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO"

  /** Five thousand rows more in every table, which no operation reads: they come last. */
  const fill = (d1: D1Client) =>
    d1.batch("test", [
      statement(`${many} identifiers SELECT 'username:many' || i, '1-0.' || i, 0, 'e' || i FROM n`),
      statement(`${many} oauth_clients SELECT '~many' || i, '{}', '[]', 1, 0, 0, 'e' || i, NULL FROM n`),
      statement(`${many} initial_access_tokens SELECT '~many' || i, '', 1, 1, 0, 0, 'e' || i FROM n`),
      statement(`${many} resource_servers SELECT '~many' || i, '{}', 1, 0, 0, 'e' || i FROM n`),
      statement(`${many} audit_log SELECT 'e' || i, 0, '', '', '', '', '', NULL FROM n`),
      statement(`${many} directory SELECT '1-0.' || i, 'void', '', '', '', 0, 0, 1, '[]', '{}', '{}' FROM n`),
      statement(`${many} directory_fields SELECT 'team', 'many' || i, '1-0.' || i FROM n`),
      statement(`${many} user_roles SELECT 'law', '2-0.' || i FROM n`)
    ])

  it.effect("every operation costs the same at ten entries and at five thousand", () =>
    Effect.gen(function* () {
      const few = yield* costs
      yield* fill(workerd.d1)
      expect(yield* costs).toEqual(few)
      // A row for the thing and one for its event; what is deleted is marked first, which is one more.
      const written = Object.fromEntries(Object.entries(few).map(([operation, cost]) => [operation, cost.written]))
      expect(written).toEqual({
        create: 2,
        find: 0,
        findAll: 0,
        list: 0,
        remove: 3,
        issue: 2,
        findToken: 0,
        listTokens: 0,
        register: 3,
        revoke: 3,
        createServer: 2,
        findServers: 0,
        listServers: 0,
        updateServer: 2,
        removeServer: 3,
        setLook: 2,
        findLook: 0,
        reserve: 3,
        resolve: 0,
        release: 5,
        append: 1,
        mirror: 1,
        // One for the user, one for each field and role by which they are found, and none for what stays.
        mirrorFound: 3,
        mirrorFoundAgain: 1,
        findUsers: 0,
        byField: 0,
        byRole: 0,
        mirrorUnfound: 3
      })
    }).pipe(Effect.provide(layer), Effect.provide(SecureRandom.layerWebCrypto))
  )

  it.effect("the clean-up looks at its page and no more, of the five thousand rows, and writes where it is", () =>
    Effect.gen(function* () {
      const cleaning = { limit: 100, before: -1 }
      const spent = [
        yield* costOf(Leftovers.tokens(cleaning)),
        yield* costOf(Leftovers.tombstones(cleaning)),
        yield* costOf(Leftovers.reservations(cleaning))
      ]
      for (const { read, written } of spent) {
        // The page twice, to find its end and to look through it, and where it is.
        expect(read).toBeGreaterThan(cleaning.limit)
        expect(read).toBeLessThanOrEqual(2 * cleaning.limit + 10)
        expect(written).toBe(1)
      }
    }).pipe(Effect.provide(layer))
  )
})
