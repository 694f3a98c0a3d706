/** The sentences of the letters that are sent by e-mail. Japanese. */
import type { LetterTexts } from "../LetterTexts.ts"

const lasts = (minutes: number) => `このリンクは${minutes}分間有効で、一度だけ使えます。`

export const letters: LetterTexts = {
  letters: {
    copyLink: "ボタンが使えない場合は、次のアドレスをブラウザーに貼り付けてください。",
    signIn: {
      subject: (provider) => `${provider}へのログイン`,
      title: "ログイン",
      lede: (provider) => `${provider}へのログインが求められました。続けるには、次のリンクを開いてください。`,
      button: "ログインする",
      lasts,
      code: "または、ログインを求めた画面に次のコードを入力してください。",
      codeLasts: (minutes) => `このコードは${minutes}分間有効で、一度だけ使えます。`,
      keepCode: "コードは誰にも教えないでください。正当な担当者がコードをお尋ねすることはありません。",
      unasked:
        "お心当たりがない場合は、どなたかがメールアドレスを入力し間違えた可能性があります。" +
        "何もなさらなければ、誰もログインできません。"
    },
    reset: {
      subject: (provider) => `${provider}の新しいパスワードの設定`,
      title: "新しいパスワードの設定",
      lede: (provider) => `${provider}のアカウントについて、新しいパスワードの設定が求められました。`,
      button: "新しいパスワードを設定する",
      lasts,
      unasked: "お心当たりがない場合は、何もなさらないでください。パスワードは変わりません。"
    },
    emailChange: {
      subject: (provider) => `${provider}のメールアドレスの確認`,
      title: "メールアドレスの確認",
      lede: (provider) => `${provider}のアカウントで、このメールアドレスを使うことが求められました。`,
      button: "このアドレスを確認する",
      lasts,
      unasked: "お心当たりがない場合は、何もなさらないでください。このアドレスは使われません。"
    },
    notices: {
      password_changed: {
        subject: (provider) => `${provider}のパスワードが変更されました`,
        title: "パスワードが変更されました",
        body: (provider) =>
          `${provider}のアカウントのパスワードが変更されました。ほかの場所でのログインはすべて終了しました。`
      },
      email_changed: {
        subject: (provider) => `${provider}のメールアドレスが変更されました`,
        title: "メールアドレスが変更されました",
        body: (provider) => `${provider}のアカウントのメールアドレスが変更されました。このアドレスは今後使われません。`
      },
      passkey_added: {
        subject: (provider) => `${provider}にパスキーが追加されました`,
        title: "パスキーが追加されました",
        body: (provider) => `${provider}のアカウントに新しいパスキーが追加され、ログインに使えるようになりました。`
      },
      passkey_removed: {
        subject: (provider) => `${provider}からパスキーが削除されました`,
        title: "パスキーが削除されました",
        body: (provider) =>
          `${provider}のアカウントからパスキーが削除されました。今後そのパスキーではログインできません。`
      },
      possible_clone: {
        subject: (provider) => `${provider}へのログインを拒否しました`,
        title: "ログインを拒否しました",
        body: (provider) =>
          `複製されたおそれのあるパスキーで、${provider}のアカウントへのログインが試みられました。` +
          "そのパスキーをアカウントから削除し、新しいパスキーを追加してください。"
      }
    },
    notYou:
      "お心当たりがない場合は、すぐにログインしてパスワードを変更し、パスキーをご確認のうえ、" +
      "ほかの場所でのログインをすべて終了してください。",
    sentBy: (provider) =>
      `このメールは、お使いのアドレスが${provider}に登録されているか、または入力されたため、${provider}からお送りしました。`
  }
}
