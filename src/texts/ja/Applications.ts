/** The sentences of the page of applications that were allowed something. Japanese. */
import { html } from "../../html/Html.ts"
import type { ApplicationTexts } from "../ApplicationTexts.ts"

export const applications: ApplicationTexts = {
  applications: {
    lede: "これらのアプリケーションには、アカウントの利用が許可されています。取り消すと直ちに利用できなくなります。取り消しは元に戻せませんが、アプリケーションから改めて許可を求められることがあります。",
    none: "アカウントの利用を許可したアプリケーションはありません。",
    since: (day) => html`許可した日時：${day}`,
    gone: "このアプリケーションは、現在は登録されていません。",
    withdraw: (client) => html`${client} の許可を取り消す`,
    withdrawn: "アプリケーションの許可を取り消しました。"
  }
}
