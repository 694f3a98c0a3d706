/** The provider on this machine, and a demo beside it: opened piece by piece, and closed in the other order. */
import process from "node:process"
import { Effect, Schedule } from "effect"
import { UpkeepAnswer } from "./Answers.ts"
import { askOperator } from "./AskOperator.ts"
import { attempt, CliFailure } from "./CliFailure.ts"
import { serveControl } from "./Control.ts"
import { secretOf } from "./DataFolder.ts"
import { type Mailbox, openMailbox } from "../../demo/Mailbox.ts"
import { type Demo, prepareDemo, serveDemo } from "./Demo.ts"
import { openLocalStore } from "./LocalStore.ts"
import { printLog } from "./LogLines.ts"
import { lockForStart, migrateStore, storeOf } from "./OpenStore.ts"
import { usableHosts } from "./Ports.ts"
import { readSettings, type Settings } from "./Settings.ts"
import { workerBundle } from "./WorkerBundle.ts"

/** What ends a run: a signal, or the end of workerd. */
type End = { readonly _tag: "signal" } | { readonly _tag: "death"; readonly reason: string }

/** Runs until it is told to stop. */
export const runProvider = Effect.gen(function* () {
  const ended = Promise.withResolvers<End>()
  const stop = () => ended.resolve({ _tag: "signal" })
  // Before anything is opened: what is asked to stop while it starts stops when it has started.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop)
  stopWithParent(stop)
  // Whoever read this output may be gone; the provider need not follow.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined)

  const settings = yield* Effect.fromResult(readSettings(process.env))
  const lock = yield* Effect.acquireRelease(
    attempt("the store cannot be opened", () => lockForStart(settings)),
    (taken) => Effect.sync(taken.release)
  )
  // The processes of a run that was killed end a moment after it.
  const patience = lock.wasAbandoned ? 3_000 : 0
  const hosts = yield* attempt("nothing can be served", () =>
    usableHosts({ name: "PORT", port: settings.port, hosts: settings.hosts, patience })
  )
  if (settings.demo.wanted) {
    const { hosts, port } = { ...settings, ...settings.demo }
    yield* attempt("the demo cannot be served", () =>
      usableHosts({ name: "DEMO_PORT", port, hosts: hosts.slice(0, 1), patience })
    )
  }
  const mailbox = settings.mail.mailbox ? yield* openMailboxHere : undefined
  const store = yield* openForRequests(settings, mailbox, hosts, (reason) => ended.resolve({ _tag: "death", reason }))
  yield* migrateStore(store)
  yield* Effect.acquireRelease(
    attempt("the store cannot be shared", () => serveControl(settings.data, store)),
    (control) => Effect.promise(() => control.close())
  )
  yield* Effect.forkScoped(upkeepOf(store))
  const demo = settings.demo.wanted ? yield* openDemo(store, settings, mailbox) : undefined
  console.log(greeting(settings, hosts, demo))
  const end = yield* Effect.promise(() => ended.promise)
  if (end._tag === "death") return yield* new CliFailure({ message: `workerd stopped: ${end.reason}` })
  console.log("\nHapax stops; the data stay.")
})

/** npm may be ended without a word to what it runs; so where npm is the parent, its end is a signal as well. */
const stopWithParent = (stop: () => void): void => {
  if (process.env["npm_lifecycle_event"] === undefined) return
  const parent = process.ppid
  setInterval(() => process.ppid === parent || stop(), 250).unref()
}

const openMailboxHere = Effect.acquireRelease(attempt("the mailbox cannot be opened", openMailbox), (mailbox) =>
  Effect.promise(() => mailbox.close())
)

const openForRequests = Effect.fnUntraced(function* (
  settings: Settings,
  mailbox: Mailbox | undefined,
  listenOn: ReadonlyArray<string>,
  onDeath: (reason: string) => void
) {
  const local = yield* Effect.acquireRelease(
    attempt("the provider cannot be started", async () =>
      openLocalStore({
        settings,
        secret: secretOf(settings.data, settings.secret),
        bundle: await workerBundle(),
        mail: mailbox?.variables ?? settings.mail.variables,
        listenOn,
        onLog: printLog(settings.logLevel),
        onRestart: () => console.error("hapax: workerd had died and runs again; what was acknowledged is kept"),
        onDeath
      })
    ),
    (opened) => Effect.promise(() => opened.close())
  )
  return storeOf(local)
})

/** The platform's cron: nobody else sets the upkeep off on this machine. */
const upkeepOf = (store: ReturnType<typeof storeOf>) =>
  askOperator(store, "upkeep.run", {}, UpkeepAnswer).pipe(
    Effect.catch((problem) => Effect.sync(() => console.error(`hapax: the upkeep failed: ${problem.message}`))),
    Effect.repeat(Schedule.spaced("5 minutes"))
  )

const openDemo = Effect.fnUntraced(function* (
  store: ReturnType<typeof storeOf>,
  settings: Settings,
  mailbox: Mailbox | undefined
) {
  const demo = yield* prepareDemo(store, settings).pipe(
    Effect.mapError((problem) => new CliFailure({ message: `the demo cannot be made: ${problem.message}` }))
  )
  yield* Effect.acquireRelease(serveDemo(settings, demo, mailbox), (page) => Effect.promise(() => page.close()))
  return demo
})

/** An address as one writes it before a port. */
const written = (host: string): string => (host.includes(":") ? `[${host}]` : host)

const greeting = (settings: Settings, hosts: ReadonlyArray<string>, demo: Demo | undefined): string => {
  const { data, issuer, port } = settings
  const addresses = hosts.map((host) => `${written(host)}:${port}`).join(" and ")
  const leadsHere = new URL(issuer).protocol === "http:" && Number(new URL(issuer).port || 80) === port
  const lines = [
    "",
    "Hapax is running.",
    "",
    `  Provider    ${issuer}`,
    `  Discovery   ${issuer}/.well-known/openid-configuration`,
    ...(leadsHere ? [] : [`  Listens on  ${addresses}, where a proxy in front must lead ${issuer}`]),
    ...(demo === undefined ? withoutDemo : demoLines(demo, settings.mail.mailbox)),
    `  Data        ${data}`,
    "",
    "  A client    npx hapax client create --id app --redirect-uri http://localhost:3000/callback",
    "  A user      npx hapax user create --username bob --email bob@example.com --password '…'",
    "",
    "Ctrl-C stops it; the data stay.",
    ""
  ]
  return lines.join("\n")
}

const withoutDemo = [
  "  Demo        none, because ISSUER is not on this computer: make a client and a user of your own, as below"
]

const demoLines = (demo: Demo, hasMailbox: boolean) => [
  "",
  `  Demo        ${demo.url}  (open it, and sign in)`,
  `  User        ${demo.username} or ${demo.email}`,
  `  Password    ${demo.password}`,
  `  Client      ${demo.clientId}, secret ${demo.clientSecret}`,
  ...(hasMailbox
    ? [`  Mailbox     ${demo.url}/mailbox  (every letter the provider sends; JSON at /mailbox.json)`]
    : []),
  ""
]
