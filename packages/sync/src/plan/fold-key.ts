/** A key without case and Unicode form: two keys that fold alike are one name on some file systems (R25). */
export function foldKey(key: string): string {
  return key.normalize('NFC').toLowerCase()
}
