/** The sentences of the pages on which people look after their passkeys. Japanese. */
import { html } from "../../html/Html.ts"
import type { PasskeyTexts } from "../PasskeyTexts.ts"

export const passkeys: PasskeyTexts = {
  passkeys: {
    lede: "パスキーを使うと、指紋や顔、画面ロックでログインできます。偽のページで使われることはありません。",
    none: "パスキーはまだありません。",
    created: (day) => html`作成日：${day}`,
    used: (day) => html`最後に使った日：${day}`,
    neverUsed: "まだ使われていません",
    synced: "複数の端末で同期されています",
    oneDevice: "1台の端末に保存されています",
    suspected: (day) =>
      html`${day}に、このパスキーの複製と思われるものでログインが試みられました。お心当たりがなければ削除してください。`,
    name: "名前",
    nameHint: "「スマートフォン」など、見分けやすい名前を付けてください。",
    rename: "名前を保存",
    renameOf: (passkey) => html`${passkey}の名前を変更`,
    remove: "削除",
    add: "パスキーを追加",
    addTitle: "パスキーを追加",
    addLede: "端末で、指紋や顔、画面ロックによる確認を求められます。",
    create: "パスキーを作成",
    back: "パスキーの一覧に戻る",
    unsupported: "このブラウザーではパスキーを作成できないか、スクリプトが無効になっています。",
    problem: "パスキーは作成されませんでした。もう一度お試しください。",
    known: "この端末には、このアカウントのパスキーがすでにあります。",
    notices: {
      added: "パスキーを追加しました。次回からこのパスキーでログインできます。",
      renamed: "名前を保存しました。",
      removed: "パスキーを削除しました。端末に残っているパスキーも削除することをおすすめします。",
      unverified: "パスキーを確認できなかったため、追加されませんでした。もう一度お試しください。",
      many: "これ以上パスキーを追加できません。先に1つ削除してください。",
      last: "これはアカウントにログインする唯一の方法です。削除する前に、別のパスキーまたはパスワードを設定してください。",
      name: "名前は1～64文字で、先頭や末尾に空白を入れずに入力してください。",
      unknown: "このパスキーはもうありません。"
    },
    sessions: "ログイン中の端末を確認する"
  }
}
