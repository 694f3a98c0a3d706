/** The sentences that every page has, of the front page, of leaving, and of errors. Japanese. */
import { html } from "../../html/Html.ts"
import type { FrameTexts } from "../FrameTexts.ts"

export const frame: FrameTexts = {
  frame: {
    about: "このログインサービスについて",
    languages: "言語",
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
    problems: {
      request: {
        title: "リクエストが正しくありません",
        description: "アプリケーションから送られたリクエストにお答えすることができません。"
      },
      tooLong: {
        title: "リクエストが正しくありません",
        description: "リクエストが長すぎるため、処理できません。"
      },
      notFound: { title: "ページが見つかりません", description: "お探しのページは存在しません。" },
      malformed: {
        title: "続けることができません",
        description: "ご利用のリンクまたはフォームは、このサービスが発行したものではありません。"
      },
      foreign: {
        title: "続けることができません",
        description:
          "この操作は別のブラウザーで始められたか、Cookieが失われています。もう一度初めからやり直してください。"
      },
      expired: {
        title: "続けることができません",
        description:
          "ページを開いてから時間がたちすぎました。アプリケーションに戻って、もう一度初めからやり直してください。"
      },
      withdrawn: {
        title: "続けることができません",
        description: "アプリケーションの登録が取り消されたか、戻り先のアドレスが登録されていません。"
      },
      throttled: {
        title: "試行回数が多すぎます",
        description: "数分待ってから、もう一度お試しください。"
      },
      unavailable: {
        title: "現在ご利用いただけません",
        description: "操作が完了したかどうかを確認できませんでした。しばらくしてから、もう一度お試しください。"
      },
      defect: {
        title: "問題が発生しました",
        description: "このサービスに問題があります。運営者は、照会番号をもとに記録を調べることができます。"
      }
    },
    advice:
      "アプリケーションに戻って、もう一度お試しください。繰り返し起きる場合は、ここに表示されている内容をアプリケーションの開発者にお知らせください。",
    detail: "詳細",
    code: "エラー",
    parameter: "パラメーター",
    reference: "照会番号"
  },
  home: {
    title: "ホーム",
    heading: "すべてのアプリケーションに、ひとつのログイン",
    lede: (provider) =>
      html`${provider}はOpenIDプロバイダーです。アプリケーションからここに移動してログインするので、パスワードを知るのはこの一か所だけです。`,
    account: "アカウントの管理",
    signIn: "アカウントにログイン",
    signOut: "ログアウト",
    nobody: "このブラウザーでは、どなたもログインしていません。",
    discovery: "開発者向けのディスカバリー文書"
  }
}
