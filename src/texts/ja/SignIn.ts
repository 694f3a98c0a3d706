/** The sentences of signing in and of saying yes or no to an application. Japanese. */
import { html } from "../../html/Html.ts"
import type { SignInTexts } from "../SignInTexts.ts"

export const signIn: SignInTexts = {
  client: {
    unnamed: "名称のないアプリケーション",
    about: (client) => `${client}について`,
    website: "ウェブサイト",
    policy: "プライバシーポリシー",
    terms: "利用規約"
  },
  login: {
    title: "ログイン",
    continueTo: (client) => html`${client}に進むには、ログインしてください。`,
    login: "メールアドレスまたはユーザー名",
    password: "パスワード",
    submit: "ログイン",
    passkey: "パスキーでログイン",
    passkeyProblem: "パスキーは使われませんでした。もう一度お試しになるか、ほかの方法でログインしてください。",
    mail: "リンクとコードをメールで受け取る",
    forgotten: "パスワードをお忘れですか？",
    stepUp: {
      wanted: (client) => html`${client}は、パスキーをお持ちの方に、パスキーでのログインを求めています。`,
      needed: (client) => html`${client}を利用するには、パスキーでログインする必要があります。`
    },
    deny: "キャンセル",
    passwordStaysHere: (client) => html`${client}にパスワードが伝わることはありません。`,
    connectDevice: "デバイスをアカウントに接続するには、ログインしてください。",
    toAccount: "アカウントを管理するには、ログインしてください。",
    errors: {
      credentials: "メールアドレスまたはユーザー名とパスワードの組み合わせが正しくありません。両方をお確かめください。",
      passkey: "このパスキーではログインできませんでした。別のパスキーを使うか、ほかの方法でログインしてください。",
      letter:
        "このリンクまたはコードは無効です。すでに使われたか、試行回数が多すぎたか、有効期限が切れています。もう一度お試しください。",
      nameless: "先にメールアドレスまたはユーザー名を入力してから、メールの送信をお選びください。",
      expired: "時間がたったため、このログインの有効期限が切れました。もう一度ログインしてください。",
      throttled: "試行回数が多すぎます。数分待ってから、もう一度お試しください。",
      unavailable:
        "ただいまパスワードを確認できませんでした。アカウントに問題はありませんので、もう一度お試しください。"
    }
  },
  consent: {
    title: (client) => `${client}を許可しますか？`,
    heading: (client) => html`${client}によるアカウントの利用を許可しますか？`,
    lede: "許可すると、次のことができるようになります。",
    claims: "次の情報の閲覧",
    returnTo: (host) => html`どちらを選んでも、${host}に戻ります。`,
    approve: "許可する",
    deny: "許可しない"
  },
  device: {
    title: "デバイスの接続",
    lede: "デバイスに表示されているコードを入力してください。",
    userCode: "コード",
    submit: "続ける",
    unknown:
      "そのコードで待っているデバイスはありません。コードを確かめるか、デバイスで新しいコードを取得してください。コードの有効期間は10分です。",
    throttled: "コードの入力回数が多すぎます。数分待ってから、デバイスで新しいコードを取得してお試しください。",
    onlyYours: "お手元にデバイスがあり、ご自分でこの操作を始めた場合に限り、続けてください。",
    confirmTitle: (client) => `${client}を接続しますか？`,
    confirmHeading: (client) => html`${client}をアカウントに接続しますか？`,
    compare: "デバイスに表示されているコード：",
    warning: "ほかの人から送られてきたコードやリンクの場合、その人にアカウントを使われてしまいます。",
    approve: "許可する",
    deny: "許可しない",
    approvedTitle: "デバイスを接続しました",
    approved: "デバイスに戻ると、自動的に続きが始まります。このウィンドウは閉じてかまいません。",
    deniedTitle: "デバイスは接続されませんでした",
    denied: "デバイスはアカウントを利用できません。このウィンドウは閉じてかまいません。"
  }
}
