/** The sentences of the page on which people see where they are signed in. Japanese. */
import { html } from "../../html/Html.ts"
import type { SessionTexts } from "../SessionTexts.ts"

export const sessions: SessionTexts = {
  sessions: {
    lede: "心当たりのないものがあれば、ログアウトさせてから、パスワードを変更してください。",
    device: (browser, system) => `${system}の${browser}`,
    unknownDevice: "不明な端末",
    unknownPlace: "不明な場所",
    tor: "Torネットワーク経由",
    present: "このブラウザ",
    signedIn: (moment) => html`ログイン日時：${moment}`,
    seen: (moment) => html`最終利用：${moment}`,
    ends: (moment) => html`利用がなければ${moment}に終了します`,
    methods: { pwd: "パスワードを使用", pop: "パスキーを使用", otp: "メールを使用" },
    told: (clients) => `終了すると次のアプリケーションに通知されます：${clients.join("、")}`,
    endChosen: "選択した端末をログアウトする",
    endOthers: "ほかのすべての端末をログアウトする",
    endAll: "すべての端末でログアウトする",
    noneChosen: "先に、ログアウトする端末を選択してください。",
    ended: "指定された端末からログアウトしました。",
    applications: (link) =>
      html`継続的なアクセスを許可したアプリケーションは、そのまま利用できます。取り消すには「${link}」を開いてください。`
  }
}
