/** Initial access tokens over the database in memory: a use is counted and its client made in one turn. RFC 7591 §3. */
import { Effect } from "effect"
import { InitialAccessToken, refusal } from "../../domain/InitialAccessToken.ts"
import { bind } from "../../services/storage/Bind.ts"
import {
  InitialAccessTokens,
  InitialTokenGone,
  RegistrationRefused
} from "../../services/storage/InitialAccessTokens.ts"
import { batch, madeOr, once, page, query } from "./MemoryDatabase.ts"

export const InitialAccessTokensMemory = bind(InitialAccessTokens, {
  find: (id) => query("InitialAccessToken.find", (db) => db.initialTokens.get(id) ?? null),
  list: (asked) => query("InitialAccessToken.list", (db) => page(db.initialTokens, asked)),
  create: (token, event) =>
    batch("InitialAccessToken.create", (db) => {
      once(db, event, () => {
        db.initialTokens.set(token.id, token)
        return true
      })
    }),
  register: ({ client, now, tokenId }, event) =>
    batch("InitialAccessToken.register", (db) =>
      once(db, event, () => {
        const token = db.initialTokens.get(tokenId)
        if (token === undefined || refusal(token, now) !== undefined || db.clients.has(client.id)) return false
        db.initialTokens.set(tokenId, new InitialAccessToken({ ...token, used: token.used + 1 }))
        db.clients.set(client.id, client)
        return true
      })
    ).pipe(Effect.flatMap((made) => madeOr(made, () => new RegistrationRefused()))),
  revoke: (id, event) =>
    batch("InitialAccessToken.revoke", (db) => once(db, event, () => db.initialTokens.delete(id))).pipe(
      Effect.flatMap((made) => madeOr(made, () => new InitialTokenGone()))
    )
})
