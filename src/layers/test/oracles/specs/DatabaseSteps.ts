/**
 * What the operations on D1 do, as steps: clients by id and version, names held by users, each change with its event.
 * RFC 7591 for the clients, and for the tokens by which they are registered.
 */
import { Result } from "effect"
import type { AuditEvent } from "../../../../domain/AuditEvent.ts"
import { type Branding, unbranded } from "../../../../domain/Branding.ts"
import { type Client } from "../../../../domain/Client.ts"
import { algsFor } from "../../../../domain/ClientRules.ts"
import type { Identifier } from "../../../../domain/Identifier.ts"
import { type ClientId } from "../../../../domain/Ids.ts"
import { InitialAccessToken, type InitialTokenId, refusal } from "../../../../domain/InitialAccessToken.ts"
import { type ResourceId, type ResourceServer } from "../../../../domain/ResourceServer.ts"
import { type ProviderSettings, unset } from "../../../../domain/Settings.ts"
import { BrandingChanged } from "../../../../services/storage/Brandings.ts"
import { ClientChanged, ClientExists } from "../../../../services/storage/Clients.ts"
import {
  InitialTokenGone,
  RegistrationRefused,
  type TokenUse
} from "../../../../services/storage/InitialAccessTokens.ts"
import {
  Holder,
  IdentifierTaken,
  type Release,
  type Reservation,
  type Search
} from "../../../../services/storage/Identifiers.ts"
import { ResourceChanged, ResourceExists } from "../../../../services/storage/ResourceServers.ts"
import { SettingsChanged } from "../../../../services/storage/Settings.ts"
import { isVersion, once, replaced, madeOr, ran } from "./DatabaseTables.ts"
import { roleSteps } from "./RoleSteps.ts"

const clientSteps = {
  "Client.find": ran<readonly [ClientId]>((db, [id]) => Result.succeed(db.clients.get("all", id) ?? null)),
  "Client.findAll": ran<readonly [ReadonlyArray<ClientId>]>((db, [ids]) =>
    Result.succeed(db.clients.under("all").filter(({ id }) => ids.includes(id)))
  ),
  "Client.list": ran<readonly [{ readonly after: string; readonly limit: number }]>((db, [{ after, limit }]) =>
    Result.succeed(
      db.clients
        .under("all")
        .filter(({ id }) => id > after)
        .slice(0, limit)
    )
  ),
  "Client.algs": ran((db) =>
    Result.succeed([...new Set(db.clients.under("all").flatMap(({ metadata }) => algsFor(metadata)))].toSorted())
  ),
  "Client.create": ran<readonly [Client, AuditEvent]>((db, [client, event]) => {
    const made = once(db, event, () => {
      if (db.clients.get("all", client.id) !== undefined) return false
      db.clients.put(client)
      return true
    })
    return madeOr(made, () => new ClientExists())
  }),
  "Client.update": ran<readonly [Client, AuditEvent]>((db, [client, event]) => {
    const made = once(db, event, () => {
      if (db.clients.get("all", client.id)?.version !== client.version - 1) return false
      db.clients.put(client)
      return true
    })
    return madeOr(made, () => new ClientChanged())
  }),
  "Client.remove": ran<readonly [ClientId, AuditEvent, number?]>((db, [id, event, version]) => {
    const isIt = isVersion(db.clients.get("all", id), version)
    const made = once(db, event, () => isIt && db.clients.delete("all", id))
    return madeOr(made, () => new ClientChanged())
  })
}

const identifierSteps = {
  "Identifier.resolve": ran<readonly [Identifier]>((db, [name]) =>
    Result.succeed(db.identifiers.get(name)?.userId ?? null)
  ),
  "Identifier.search": ran<readonly [Search]>((db, [{ after, beginning, limit }]) =>
    Result.succeed(
      db.identifiers
        .under()
        .filter(({ identifier }) => identifier.startsWith(beginning) && identifier > after)
        .slice(0, limit)
        .map(({ identifier, userId }) => ({ identifier, userId }))
    )
  ),
  "Identifier.reserve": ran<readonly [Reservation, AuditEvent]>((db, [{ identifiers, now, userId }, event]) => {
    if (db.done.get(event.id) !== undefined) return Result.void
    const held = identifiers.flatMap((name) => db.identifiers.get(name) ?? [])
    const other = held.find((holder) => holder.userId !== userId)
    if (other !== undefined) {
      const { eventId: _, ...holder } = other
      return Result.fail(new IdentifierTaken({ holder: new Holder(holder) }))
    }
    once(db, event, () => {
      for (const identifier of identifiers) {
        const reservedAt = db.identifiers.get(identifier)?.reservedAt ?? now
        db.identifiers.put(new Holder({ identifier, userId, reservedAt, eventId: event.id }))
      }
      return identifiers.length > 0
    })
    return Result.void
  }),
  "Identifier.release": ran<readonly [Release, AuditEvent]>((db, [{ identifiers, reservedBy, userId }, event]) => {
    once(db, event, () => {
      const ours = identifiers.filter((name) => {
        const held = db.identifiers.get(name)
        return held?.userId === userId && (reservedBy ?? held.eventId) === held.eventId
      })
      for (const name of ours) db.identifiers.delete(name)
      return ours.length > 0
    })
    return Result.void
  })
}

const tokenSteps = {
  "InitialAccessToken.find": ran<readonly [InitialTokenId]>((db, [id]) =>
    Result.succeed(db.initialTokens.get("all", id) ?? null)
  ),
  "InitialAccessToken.list": ran<readonly [{ readonly after: string; readonly limit: number }]>(
    (db, [{ after, limit }]) =>
      Result.succeed(
        db.initialTokens
          .under("all")
          .filter(({ id }) => id > after)
          .slice(0, limit)
      )
  ),
  "InitialAccessToken.create": ran<readonly [InitialAccessToken, AuditEvent]>((db, [token, event]) => {
    once(db, event, () => {
      db.initialTokens.put(token)
      return true
    })
    return Result.void
  }),
  "InitialAccessToken.register": ran<readonly [TokenUse, AuditEvent]>((db, [{ client, now, tokenId }, event]) => {
    const made = once(db, event, () => {
      const token = db.initialTokens.get("all", tokenId)
      if (token === undefined || refusal(token, now) !== undefined) return false
      if (db.clients.get("all", client.id) !== undefined) return false
      db.initialTokens.put(new InitialAccessToken({ ...token, used: token.used + 1 }))
      db.clients.put(client)
      return true
    })
    return madeOr(made, () => new RegistrationRefused())
  }),
  "InitialAccessToken.revoke": ran<readonly [InitialTokenId, AuditEvent]>((db, [id, event]) => {
    const made = once(db, event, () => db.initialTokens.delete("all", id))
    return madeOr(made, () => new InitialTokenGone())
  })
}

const resourceSteps = {
  "ResourceServer.find": ran<readonly [ReadonlyArray<string>]>((db, [ids]) =>
    Result.succeed([...new Set(ids)].flatMap((id) => db.resourceServers.get("all", id) ?? []))
  ),
  "ResourceServer.list": ran<readonly [{ readonly after: string; readonly limit: number }]>((db, [{ after, limit }]) =>
    Result.succeed(
      db.resourceServers
        .under("all")
        .filter(({ id }) => id > after)
        .slice(0, limit)
    )
  ),
  "ResourceServer.create": ran<readonly [ResourceServer, AuditEvent]>((db, [server, event]) => {
    const made = once(db, event, () => {
      if (db.resourceServers.get("all", server.id) !== undefined) return false
      db.resourceServers.put(server)
      return true
    })
    return madeOr(made, () => new ResourceExists())
  }),
  "ResourceServer.update": ran<readonly [ResourceServer, AuditEvent]>((db, [server, event]) => {
    const made = once(db, event, () => {
      if (db.resourceServers.get("all", server.id)?.version !== server.version - 1) return false
      db.resourceServers.put(server)
      return true
    })
    return madeOr(made, () => new ResourceChanged())
  }),
  "ResourceServer.remove": ran<readonly [ResourceId, AuditEvent, number?]>((db, [id, event, version]) => {
    const isIt = isVersion(db.resourceServers.get("all", id), version)
    const made = once(db, event, () => isIt && db.resourceServers.delete("all", id))
    return madeOr(made, () => new ResourceChanged())
  })
}

const brandingSteps = {
  "Branding.find": ran((db) => Result.succeed(db.branding.get("all") ?? unbranded)),
  "Branding.set": ran<readonly [Branding, AuditEvent]>((db, [branding, event]) =>
    madeOr(replaced(db, db.branding, branding, event), () => new BrandingChanged())
  )
}

const settingsSteps = {
  "Setting.find": ran((db) => Result.succeed(db.settings.get("all") ?? unset)),
  "Setting.set": ran<readonly [ProviderSettings, AuditEvent]>((db, [settings, event]) =>
    madeOr(replaced(db, db.settings, settings, event), () => new SettingsChanged())
  )
}

/** Asked with all arguments of the operation, as a list. */
export const databaseSteps = {
  ...clientSteps,
  ...tokenSteps,
  ...resourceSteps,
  ...brandingSteps,
  ...settingsSteps,
  ...identifierSteps,
  ...roleSteps
}
