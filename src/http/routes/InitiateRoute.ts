/** Where whoever suggests a login sends a browser: on to the client, which begins it. OIDC Core §4. */
import { Effect } from "effect"
import { initiateLogin } from "../../services/flows/InitiateLogin.ts"
import { readQuery } from "../FormBody.ts"
import { answerPageErrors } from "../PageResponse.ts"
import { follow } from "./AuthorizeRoute.ts"

export const initiateLoginRoute = answerPageErrors(
  Effect.gen(function* () {
    return yield* follow(yield* initiateLogin(yield* readQuery))
  })
)
