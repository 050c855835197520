/** First byte of a text message in one frame (RFC 6455, section 5.2: FIN and opcode 1). */
const FINAL_TEXT = 0x81

/** A text as one unmasked WebSocket frame, as a server sends it. */
export function encodeTextMessage(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const message = Buffer.allocUnsafeSlow(header + length)
  message[0] = FINAL_TEXT
  if (header === 2) message[1] = length
  else if (header === 4) {
    message[1] = 126
    message.writeUInt16BE(length, 2)
  } else {
    message[1] = 127
    message.writeBigUInt64BE(BigInt(length), 2)
  }
  message.write(text, header)
  return message
}
