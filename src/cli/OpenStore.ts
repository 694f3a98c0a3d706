/**
 * Opening the local store: one process has it at a time.
 *
 * While `npm start` runs it is that process, and a command asks it; otherwise the command opens the store for as long
 * as it takes. Either way a command sees the same `Store`.
 */
import { setTimeout as wait } from "node:timers/promises"
import { Effect, type Scope } from "effect"
import { attempt, CliFailure } from "./CliFailure.ts"
import { isServed, remoteStore, type Store } from "./Control.ts"
import { type Holder, holderOf, type Lock, makeFolder, secretOf, takeLock } from "./DataFolder.ts"
import type { LocalStore } from "./LocalStore.ts"
import { printLog } from "./LogLines.ts"
import { apply, readMigrations } from "./Migrations.ts"
import { projectFolder, type Settings } from "./Settings.ts"

/** How long to wait for another command to finish. */
const patience = 60_000
const pause = 100

/** The store as it is, for as long as the scope is open. */
export const openStore = (settings: Settings): Effect.Effect<Store, CliFailure, Scope.Scope> =>
  Effect.map(openWhicheverWay(settings), ({ store }) => store)

/** The store with its tables as this version of the code wants them. A provider that runs has seen to that. */
export const openMigratedStore = (settings: Settings): Effect.Effect<Store, CliFailure, Scope.Scope> =>
  Effect.tap(openWhicheverWay(settings), ({ isServed, store }) => (isServed ? Effect.void : migrateStore(store))).pipe(
    Effect.map(({ store }) => store)
  )

const openWhicheverWay = Effect.fnUntraced(function* (settings: Settings) {
  const lock = yield* Effect.acquireRelease(
    attempt("the store cannot be opened", () => lockOrServed(settings)),
    (taken) => Effect.sync(() => taken?.release())
  )
  if (lock === undefined) return { store: remoteStore(settings.data), isServed: true }
  const local = yield* Effect.acquireRelease(
    attempt("the store cannot be opened", () => openAlone(settings)),
    (opened) => Effect.promise(() => opened.close())
  )
  return { store: storeOf(local), isServed: false }
})

/** Applies what is not applied yet. */
export const migrateStore = (store: Store) =>
  Effect.gen(function* () {
    const migrations = yield* readMigrations(`${projectFolder}/migrations`)
    return yield* apply(store.d1, migrations)
  }).pipe(
    Effect.mapError((error) =>
      error._tag === "MigrationRefused"
        ? new CliFailure({ message: error.message })
        : new CliFailure({ message: `the migrations cannot be applied: ${error.detail}` })
    )
  )

export const storeOf = (local: LocalStore): Store => ({
  operate: (request) => attempt("the operator does not answer", () => local.operate(request)),
  d1: local.d1
})

/** The lock, or undefined once a running provider answers in its place. */
const lockOrServed = async (settings: Settings): Promise<Lock | undefined> => {
  makeFolder(settings.data)
  for (const began = Date.now(); Date.now() - began < patience; await wait(pause)) {
    const lock = takeLock(settings.data, { what: "command", issuer: settings.issuer })
    if (lock !== undefined) return lock
    if (await isServed(settings.data)) return undefined
  }
  throw busy(settings.data, holderOf(settings.data))
}

/** The lock for `npm start`, which waits for commands to finish and not for another start. */
export const lockForStart = async (settings: Settings): Promise<Lock> => {
  makeFolder(settings.data)
  for (const began = Date.now(); ; await wait(pause)) {
    const lock = takeLock(settings.data, { what: "start", issuer: settings.issuer })
    if (lock !== undefined) return lock
    const holder = holderOf(settings.data)
    if (holder?.what === "start" || Date.now() - began > patience) throw busy(settings.data, holder)
  }
}

const busy = (folder: string, holder: Holder | undefined): CliFailure => {
  const who = holder === undefined ? "another process" : `process ${holder.pid}`
  return new CliFailure({
    message:
      holder?.what === "start"
        ? `Hapax runs already on ${folder} (${who}, ${holder.issuer}): stop it first, or choose another HAPAX_DATA`
        : `${folder} is in use by ${who}`
  })
}

const openAlone = async (settings: Settings): Promise<LocalStore> => {
  // Loaded only here: while a provider runs, a command need not wait for the simulator.
  const [{ openLocalStore }, { workerBundle }] = await Promise.all([
    import("./LocalStore.ts"),
    import("./WorkerBundle.ts")
  ])
  return openLocalStore({
    settings,
    secret: secretOf(settings.data, settings.secret),
    bundle: await workerBundle(),
    mail: settings.mail.variables,
    listenOn: [],
    onLog: printLog(settings.logLevel),
    onRestart: () => undefined,
    onDeath: (reason) => console.error(`hapax: workerd stopped: ${reason}`)
  })
}
