/** A directory entry's name: as text where its bytes are UTF-8, else only a form that can be shown. */
export type FileName =
  | { readonly valid: true; readonly text: string }
  | { readonly valid: false; readonly display: string }

/** Decodes the bytes of a name. What is no UTF-8 is shown with `\xNN` for each byte that does not belong. */
export function decodeFileName(bytes: Buffer): FileName {
  const text = bytes.toString('utf8')
  // Only a replacement character can be a sign of loss, so nearly every name costs one decoding.
  if (!text.includes('\uFFFD') || Buffer.from(text, 'utf8').equals(bytes)) return { valid: true, text }
  return { valid: false, display: displayBytes(bytes) }
}

function displayBytes(bytes: Buffer): string {
  let shown = ''
  for (const byte of bytes)
    shown += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`
  return shown
}
