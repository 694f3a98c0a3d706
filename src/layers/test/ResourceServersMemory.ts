/** Resource servers over the database in memory. */
import { Effect } from "effect"
import { bind } from "../../services/storage/Bind.ts"
import { ResourceChanged, ResourceExists, ResourceServers } from "../../services/storage/ResourceServers.ts"
import { batch, isVersion, madeOr, once, page, query } from "./MemoryDatabase.ts"

export const ResourceServersMemory = bind(ResourceServers, {
  find: (ids) =>
    query("ResourceServer.find", (db) => [...new Set(ids)].flatMap((id) => db.resourceServers.get(id) ?? [])),
  list: (asked) => query("ResourceServer.list", (db) => page(db.resourceServers, asked)),
  create: (server, event) =>
    batch("ResourceServer.create", (db) =>
      once(db, event, () => {
        if (db.resourceServers.has(server.id)) return false
        db.resourceServers.set(server.id, server)
        return true
      })
    ).pipe(Effect.flatMap((made) => madeOr(made, () => new ResourceExists()))),
  update: (server, event) =>
    batch("ResourceServer.update", (db) =>
      once(db, event, () => {
        if (db.resourceServers.get(server.id)?.version !== server.version - 1) return false
        db.resourceServers.set(server.id, server)
        return true
      })
    ).pipe(Effect.flatMap((made) => madeOr(made, () => new ResourceChanged()))),
  remove: (id, event, version) =>
    batch("ResourceServer.remove", (db) =>
      once(db, event, () => isVersion(db.resourceServers.get(id), version) && db.resourceServers.delete(id))
    ).pipe(Effect.flatMap((made) => madeOr(made, () => new ResourceChanged())))
})
