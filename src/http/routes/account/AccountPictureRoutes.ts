/** The page of one's own picture, and what its forms do. OWASP ASVS 5.0 §5.2.1, §5.2.2. */
import { Effect } from "effect"
import { largestAvatar } from "../../../domain/Avatar.ts"
import { accountPaths } from "../../../domain/PagePath.ts"
import { removePicture, uploadPicture, viewPicture } from "../../../services/flows/account/OwnPicture.ts"
import { StepRefused } from "../../../services/flows/SealedStep.ts"
import { readBrowser } from "../../BrowserCookies.ts"
import { readQuery } from "../../FormBody.ts"
import { answerPageErrors, seeOther } from "../../PageResponse.ts"
import { doneNotice } from "../../pages/account/Notice.ts"
import { picturePage, type PicturePageData } from "../../pages/account/PicturePage.ts"
import { textsOf } from "../../pages/Layout.ts"
import { readUpload } from "../../UploadBody.ts"
import { accountPage, answerSignIn } from "./AccountAnswer.ts"

/** What was done is told on the page that it leads to. */
const notices = ["saved", "removed"] as const

export const viewPictureRoute = answerPageErrors(
  Effect.gen(function* () {
    const said = (yield* readQuery).get("notice")
    return yield* show({ done: notices.find((name) => name === said) })
  })
)

export const changePictureRoute = answerPageErrors(
  Effect.gen(function* () {
    const upload = yield* readUpload(largestAvatar)
    if (upload === undefined) return yield* show({ problem: "large" })
    const { fields, files } = upload
    const sealed = fields.get("interaction") ?? ""
    const action = fields.get("action")
    const picture = files.get("picture")
    if (action === "remove") return yield* answered(yield* removePicture(sealed, yield* readBrowser()))
    if (action !== "upload" || picture === undefined) return yield* new StepRefused({ problem: "malformed" })
    // A browser sends an empty file where none was chosen.
    if (picture.length === 0) return yield* show({ problem: "missing" })
    return yield* answered(yield* uploadPicture(sealed, picture, yield* readBrowser()))
  })
)

type Done = Effect.Success<ReturnType<typeof uploadPicture> | ReturnType<typeof removePicture>>

const answered = (done: Done) => {
  switch (done._tag) {
    case "SignIn":
      return answerSignIn(done)
    case "Done":
      return seeOther(`${accountPaths.picture}?notice=${done.done}`)
    case "Refused":
      return show({ problem: done.problem })
  }
}

interface Said {
  readonly done?: (typeof notices)[number] | undefined
  readonly problem?: PicturePageData["problem"]
}

const show = Effect.fnUntraced(function* ({ done, problem }: Said) {
  const view = yield* viewPicture(yield* readBrowser())
  if (view._tag === "SignIn") return yield* answerSignIn(view)
  return yield* accountPage(
    view,
    (data) => {
      const notice = done === undefined ? undefined : doneNotice(textsOf(data).picture.notices[done])
      return picturePage({ ...data, avatar: view.user.avatar, problem, notice })
    },
    problem === undefined ? 200 : 422,
    { address: accountPaths.picture }
  )
})
