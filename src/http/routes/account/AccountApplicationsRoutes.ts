/** The page on which people see what they have allowed, and take it back. OIDC Core §3.1.2.4. */
import { Effect, Option, Schema } from "effect"
import { type ClientDisplay, nameOf } from "../../../domain/ClientDisplay.ts"
import type { Consent } from "../../../domain/Consent.ts"
import { ClientId } from "../../../domain/Ids.ts"
import { accountPaths } from "../../../domain/PagePath.ts"
import { viewApplications, withdrawApplication } from "../../../services/flows/account/Applications.ts"
import { StepRefused } from "../../../services/flows/SealedStep.ts"
import { readBrowser } from "../../BrowserCookies.ts"
import { readQuery, readStepForm } from "../../FormBody.ts"
import { answerPageErrors, seeOther } from "../../PageResponse.ts"
import { applicationsPage, type ShownApplication } from "../../pages/account/ApplicationsPage.ts"
import { askedTexts } from "../../pages/AskedWords.ts"
import { type Frame, textsOf } from "../../pages/Layout.ts"
import { shownClient } from "../ClientView.ts"
import { doneNotice } from "../../pages/account/Notice.ts"
import { accountPage, answerSignIn } from "./AccountAnswer.ts"

interface Application {
  readonly consent: Consent
  readonly client: ClientDisplay | undefined
  readonly resources: ReadonlyArray<{ readonly name: string; readonly scopes: ReadonlyArray<string> }>
}

const shown = (
  frame: Frame,
  { client, consent, resources }: Application,
  mappings: Parameters<typeof askedTexts>[3]
): ShownApplication => ({
  ...(client === undefined ? { clientName: consent.clientId } : shownClient(client)),
  clientId: consent.clientId,
  isRegistered: client !== undefined,
  grantedAt: consent.grantedAt,
  scopes: askedTexts(frame, consent.scopes, resources, mappings),
  claims: consent.claims,
  offlineAccess: consent.scopes.includes("offline_access")
})

/** Those whose names one reads first come first. */
const byName = (one: Application, other: Application): number => nameFor(one).localeCompare(nameFor(other))

const nameFor = ({ client, consent }: Application): string => (client === undefined ? consent.clientId : nameOf(client))

export const viewApplicationsRoute = answerPageErrors(
  Effect.gen(function* () {
    const isDone = (yield* readQuery).get("notice") === "withdrawn"
    const view = yield* viewApplications(yield* readBrowser())
    if (view._tag === "SignIn") return yield* answerSignIn(view)
    return yield* accountPage(view, (data) =>
      applicationsPage({
        ...data,
        applications: view.applications.toSorted(byName).map((application) => shown(data, application, view.mappings)),
        notice: isDone ? doneNotice(textsOf(data).applications.withdrawn) : undefined
      })
    )
  })
)

export const withdrawApplicationRoute = answerPageErrors(
  Effect.gen(function* () {
    const form = yield* readStepForm
    const client = Schema.decodeUnknownOption(ClientId)(form.get("client"))
    if (Option.isNone(client)) return yield* new StepRefused({ problem: "malformed" })
    const done = yield* withdrawApplication(form.get("interaction") ?? "", client.value, yield* readBrowser())
    if (done._tag === "SignIn") return yield* answerSignIn(done)
    return yield* seeOther(`${accountPaths.applications}?notice=withdrawn`)
  })
)
