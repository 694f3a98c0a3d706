/**
 * The socket by which a command reaches the store that `npm start` holds: one line of JSON asks, one line answers.
 *
 * It stands in the data folder and is its owner's alone, as the data are: whoever can open it could as well open them.
 */
import { chmodSync, rmSync } from "node:fs"
import { connect, createServer, type Server, type Socket } from "node:net"
import { join, relative } from "node:path"
import process from "node:process"
import { Effect, Schema } from "effect"
import type { D1Client } from "../layers/cloudflare/d1/D1Client.ts"
import { NotExecuted, OutcomeUnknown, StorageError } from "../services/storage/StorageError.ts"
import { attempt, CliFailure, lineOf } from "./CliFailure.ts"

/** What a command does with the store, whether it has opened it itself or not. */
export interface Store {
  /** Sends a request to the operator's entry point; both are JSON texts. */
  readonly operate: (request: string) => Effect.Effect<string, CliFailure>
  readonly d1: D1Client
}

const Statement = Schema.Struct({
  sql: Schema.String,
  parameters: Schema.Array(Schema.Union([Schema.String, Schema.Finite, Schema.Null]))
})

const ControlRequest = Schema.Union([
  Schema.Struct({ _tag: Schema.tag("operate"), request: Schema.String }),
  Schema.Struct({ _tag: Schema.tag("query"), operation: Schema.String, statement: Statement }),
  Schema.Struct({ _tag: Schema.tag("batch"), operation: Schema.String, statements: Schema.Array(Statement) })
])
type ControlRequest = typeof ControlRequest.Type

const ControlAnswer = Schema.Union([
  Schema.Struct({ _tag: Schema.tag("done"), value: Schema.Unknown }),
  Schema.Struct({ _tag: Schema.tag("failed"), message: Schema.String }),
  Schema.Struct({ _tag: Schema.tag("storage"), error: StorageError })
])
type ControlAnswer = typeof ControlAnswer.Type

const Row = Schema.Record(Schema.String, Schema.Unknown)
const decodeRequest = Schema.decodeUnknownEffect(Schema.fromJsonString(ControlRequest))
const decodeAnswer = Schema.decodeUnknownPromise(Schema.fromJsonString(ControlAnswer))
const decodeRows = Schema.decodeUnknownSync(Schema.Array(Row))
const decodeBatch = Schema.decodeUnknownSync(Schema.Array(Schema.Array(Row)))

/** The shorter of the two ways to name the socket: an address of this kind has about a hundred bytes. */
const socketOf = (folder: string): string => {
  const absolute = join(folder, "control.sock")
  const fromHere = relative(process.cwd(), absolute)
  const path = fromHere.length < absolute.length ? fromHere : absolute
  if (Buffer.byteLength(path) <= 103) return path
  throw new CliFailure({ message: `the path of ${absolute} is too long for a socket: choose another HAPAX_DATA` })
}

/** Serves a store until it is closed. The caller holds the lock, so a socket that is there already is a dead one. */
export const serveControl = async (folder: string, store: Store): Promise<{ readonly close: () => Promise<void> }> => {
  const path = socketOf(folder)
  rmSync(path, { force: true })
  const pending = new Set<Promise<void>>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    // Whoever asked may have gone away.
    socket.on("error", () => socket.destroy())
    // Whoever asked may be gone before the answer: that is its affair, and never the end of the provider.
    socket.on("error", () => socket.destroy())
    const answered = answer(socket, store).catch(() => void socket.destroy())
    pending.add(answered)
    void answered.finally(() => pending.delete(answered))
  })
  await listen(server, path)
  chmodSync(path, 0o600)
  return {
    close: async () => {
      server.close()
      await Promise.all(pending)
      rmSync(path, { force: true })
    }
  }
}

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(path, resolve)
  })

const answer = async (socket: Socket, store: Store): Promise<void> => {
  const text = await readAll(socket)
  // Somebody only looked whether we are here (`isServed`).
  if (text === "") return void socket.end()
  const reply = await Effect.runPromise(
    decodeRequest(text).pipe(
      Effect.mapError(() => new CliFailure({ message: "the running provider is of another version" })),
      Effect.flatMap((request) => perform(store, request)),
      Effect.match({
        onSuccess: (value): ControlAnswer => ({ _tag: "done", value }),
        onFailure: (error): ControlAnswer =>
          error._tag === "CliFailure" ? { _tag: "failed", message: error.message } : { _tag: "storage", error }
      })
    )
  )
  socket.end(JSON.stringify(Schema.encodeSync(ControlAnswer)(reply)))
}

const perform = (store: Store, request: ControlRequest): Effect.Effect<unknown, CliFailure | StorageError> => {
  switch (request._tag) {
    case "operate":
      return store.operate(request.request)
    case "query":
      return store.d1.query(request.operation, request.statement)
    case "batch":
      return store.d1.batch(request.operation, request.statements)
  }
}

const readAll = async (socket: Socket): Promise<string> => {
  const parts: Array<Buffer> = []
  for await (const part of socket) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

/** Whether somebody answers at the socket. */
export const isServed = (folder: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(socketOf(folder))
    socket.once("error", () => resolve(false))
    socket.once("connect", () => {
      socket.end()
      resolve(true)
    })
  })

const ask = async (folder: string, request: ControlRequest): Promise<ControlAnswer> => {
  const socket = connect({ path: socketOf(folder), allowHalfOpen: true })
  socket.end(JSON.stringify(request))
  const text = await readAll(socket)
  if (text === "") throw new Error("the running provider stopped before it answered")
  return decodeAnswer(text)
}

/** The store that another process holds. */
export const remoteStore = (folder: string): Store => {
  const call = <E>(request: ControlRequest, lost: (detail: string) => E) =>
    Effect.tryPromise({ try: () => ask(folder, request), catch: (cause) => lost(lineOf(cause)) }).pipe(
      Effect.flatMap((reply): Effect.Effect<unknown, E | StorageError> => {
        if (reply._tag === "done") return Effect.succeed(reply.value)
        return Effect.fail(reply._tag === "storage" ? reply.error : lost(reply.message))
      })
    )
  return {
    operate: (request) =>
      attempt("the running provider does not answer", async () => {
        const reply = await ask(folder, { _tag: "operate", request })
        if (reply._tag === "done") return String(reply.value)
        throw new CliFailure({ message: reply._tag === "failed" ? reply.message : reply.error.detail })
      }),
    d1: {
      query: (operation, statement) =>
        call({ _tag: "query", operation, statement }, (detail) => {
          return new NotExecuted({ operation, reason: "unavailable", detail })
        }).pipe(Effect.map(decodeRows)),
      batch: (operation, statements) =>
        call({ _tag: "batch", operation, statements }, (detail) => new OutcomeUnknown({ operation, detail })).pipe(
          Effect.map(decodeBatch)
        )
    }
  }
}
