/** Everything that is followed has begun: from here on what the client holds is the present. Once in a session. */
export interface Ready {
  type: 'ready'
}
