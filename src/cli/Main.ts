/** The tree of commands, and what becomes of a failure: one line on standard error, and exit code 1. */
import { createRequire } from "node:module"
import process from "node:process"
import { NodeServices } from "@effect/platform-node"
import { Cause, Effect, Exit, Fiber } from "effect"
import { CliError, CliOutput, Command } from "effect/cli"
import { admin } from "./commands/Admin.ts"
import { alert } from "./commands/Alert.ts"
import { client } from "./commands/Client.ts"
import { cost } from "./commands/Cost.ts"
import { deploy } from "./commands/Deploy.ts"
import { keys } from "./commands/Keys.ts"
import { migrate } from "./commands/Migrate.ts"
import { registrationToken } from "./commands/RegistrationToken.ts"
import { report } from "./commands/Report.ts"
import { audit } from "./commands/Audit.ts"
import { branding } from "./commands/Branding.ts"
import { resource } from "./commands/Resource.ts"
import { settings } from "./commands/Settings.ts"
import { start } from "./commands/Start.ts"
import { upkeep } from "./commands/Upkeep.ts"
import { user } from "./commands/User.ts"

const hapax = Command.make("hapax").pipe(
  Command.withDescription("An OpenID Provider: run it here, look after its clients and users, deploy it"),
  Command.withSubcommands([
    start,
    migrate,
    admin,
    client,
    resource,
    branding,
    audit,
    user,
    registrationToken,
    keys,
    settings,
    upkeep,
    alert,
    report,
    cost,
    deploy
  ])
)

const { version } = createRequire(import.meta.url)("../../package.json") as { readonly version: string }

export const main = async (): Promise<void> => {
  const fiber = Effect.runFork(
    Command.run(hapax, { version }).pipe(Effect.provide([NodeServices.layer, CliOutput.layerPresenter(presenter)]))
  )
  if (process.argv[2] !== "start") {
    // What is open is closed. The provider itself ends by a signal as a matter of course, and sees to that on its own.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => fiber.interruptUnsafe())
  }
  const exit = await Effect.runPromise(Fiber.await(fiber))
  process.exitCode = Exit.isSuccess(exit) ? 0 : failed(exit.cause)
  // Nothing is left to do, and no library's open handle shall keep the shell waiting.
  process.exit()
}

/** A mistake is told in a line, with where to read more; the whole help is for whoever asks for it. */
const presenter: CliOutput.Presenter = {
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? Effect.sync(() => {
          for (const { message } of event.errors) console.error(`hapax: ${message}`)
          console.error(`See: ${event.commandPath.join(" ")} --help`)
        })
      : CliOutput.defaultPresenter.present(event)
}

/** Prints what went wrong unless it is printed already. */
const failed = (cause: Cause.Cause<unknown>): number => {
  if (Cause.hasInterruptsOnly(cause)) return 130
  const problem = Cause.squash(cause)
  if (CliError.isCliError(problem)) return problem._tag === "ShowHelp" && problem.errors.length === 0 ? 0 : 1
  if (problem instanceof Error && "_tag" in problem) console.error(`hapax: ${problem.message}`)
  else console.error("hapax: this should not have happened:", problem)
  return 1
}
