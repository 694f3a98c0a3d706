/** The sentences of signing in by a letter. Japanese. */
import { html } from "../../html/Html.ts"
import type { MailedLoginTexts } from "../MailedLoginTexts.ts"

export const mailedLogin: MailedLoginTexts = {
  mailedCode: {
    title: "メールをご確認ください",
    lede:
      "入力された名前のアカウントに確認済みのメールアドレスがあれば、そのアドレスにメールをお送りします。" +
      "メールのリンクを開くか、メールに記載されたコードをここに入力してください。",
    code: "メールに記載されたコード",
    submit: "ログイン",
    wrong: "コードが正しくありません。最新のメールのコードをお確かめください。",
    elsewhere: "別のブラウザやデバイスでリンクを開いた場合は、次の文字の入力が必要です。",
    again: "別の方法でログイン"
  },
  mailedLink: {
    title: "ログイン",
    continueTo: (client) => html`${client}に進むには、ボタンを押してください。`,
    connectDevice: "デバイスをアカウントに接続するには、ボタンを押してください。",
    toAccount: "アカウントを管理するには、ボタンを押してください。",
    sentTo: "メールの送信先：",
    confirmation: "メールを依頼した画面に表示されている文字",
    elsewhere:
      "このメールは、別のブラウザまたはデバイスで依頼されました。その画面に表示されている6文字を入力してください。",
    submit: "ログイン",
    wrong: "メールを依頼した画面に表示されている文字と一致しません。",
    warning: "ご自分でこのメールを依頼した場合に限り、続けてください。"
  }
}
