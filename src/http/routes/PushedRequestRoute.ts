/** Pushing an authorization request. RFC 9126 §2. */
import { Effect } from "effect"
import { pushRequest } from "../../services/flows/PushRequest.ts"
import { readCredentials } from "../ClientCredentials.ts"
import { readForm } from "../FormBody.ts"
import { answerErrors, jsonResponse } from "../OAuthErrorResponse.ts"
import { readProof } from "../ProofHeader.ts"

export const pushRequestRoute = answerErrors(
  Effect.gen(function* () {
    const form = yield* readForm()
    const pushed = yield* pushRequest(yield* readCredentials(form), form, yield* readProof())
    return jsonResponse(pushed, { status: 201 })
  })
)
