/** One attempt. */
export interface WebhookRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What came back. The body of an answer says nothing to us. */
export interface WebhookAnswer {
  readonly status: number
  /** The header as it came. */
  readonly retryAfter: string | null
}

/** Sends one request and follows no redirect. Rejects where no answer came, and with the signal's reason. */
export interface WebhookSender {
  send(request: WebhookRequest, signal: AbortSignal): Promise<WebhookAnswer>
}
