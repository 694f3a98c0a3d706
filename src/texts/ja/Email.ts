/** The sentences of the pages on which people change their e-mail address. Japanese. */
import { html } from "../../html/Html.ts"
import type { EmailTexts } from "../EmailTexts.ts"

export const email: EmailTexts = {
  email: {
    present: (address) => html`現在のメールアドレスは ${address} です。`,
    none: "メールアドレスはまだ登録されていません。",
    verified: "確認済みです。",
    unverified: "まだ確認されていません。下に入力すると、確認のメールをお送りします。",
    lede: "新しいアドレスにリンクをお送りします。リンクを使うまでは何も変わりません。",
    label: "新しいメールアドレス",
    submit: "リンクを送る",
    asked: (address) => html`${address} にリンクをお送りしました。30 分以内に一度だけ使えます。`,
    problems: {
      address: "alice@example.com のようなアドレスを入力してください。",
      same: "すでに登録されているアドレスです。"
    },
    confirmTitle: "このアドレスを登録しますか？",
    confirm: (address) => html`${address} がアカウントのメールアドレスになり、ログインにも使えるようになります。`,
    confirmSubmit: "このアドレスを使う",
    changed: "メールアドレスを確認しました。",
    dead: {
      expired: "このリンクは有効期限が切れています。",
      foreign: "このリンクは、現在ログインしているものとは別のアカウントのものです。",
      spent: "このリンクはすでに使われています。",
      stale: "リンクの送信後に、メールアドレスが別の方法で変更されました。",
      taken: "このアドレスは別のアカウントで使われています。"
    },
    again: "もう一度リンクを送る"
  }
}
