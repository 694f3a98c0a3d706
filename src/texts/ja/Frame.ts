/** The sentences that every page has, of the front page, of leaving, and of errors. Japanese. */
import { html } from "../../html/Html.ts"
import type { FrameTexts } from "../FrameTexts.ts"

export const frame: FrameTexts = {
  frame: {
    about: "このログインサービスについて",
    errorTitle: (title) => `エラー：${title}`,
    newTab: "（新しいタブで開きます）",
    signedInAs: "ログイン中："
  },
  formPost: {
    title: "元のサイトに戻ります",
    lede: (host) => html`${host}に戻ります。自動的に切り替わらない場合は、ボタンを押してください。`,
    submit: "続ける"
  },
  logout: {
    title: "ログアウトしますか？",
    askedBy: (client) => html`${client}が、ここからのログアウトを求めています。`,
    lede: "次にアプリケーションから求められたときは、もう一度ログインが必要になります。",
    confirm: "ログアウト",
    stay: "ログインしたままにする",
    doneTitle: "ログアウトしました",
    done: "ここからログアウトしました。このウィンドウは閉じてかまいません。",
    continue: "続ける",
    continueTo: (client) => html`${client}に進む`
  },
  error: {
    advice:
      "アプリケーションに戻って、もう一度お試しください。繰り返し起きる場合は、ここに表示されている内容をアプリケーションの開発者にお知らせください。",
    code: "エラー",
    parameter: "パラメーター",
    reference: "照会番号"
  },
  home: {
    title: "ホーム",
    heading: "すべてのアプリケーションに、ひとつのログイン",
    lede: (provider) =>
      html`${provider}はOpenIDプロバイダーです。アプリケーションからここに移動してログインするので、パスワードを知るのはこの一か所だけです。`,
    signOut: "ログアウト",
    nobody: "このブラウザーでは、どなたもログインしていません。ログインするには、アプリケーションから始めてください。",
    discovery: "開発者向けのディスカバリー文書"
  }
}
