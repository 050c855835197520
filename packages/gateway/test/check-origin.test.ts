import { describe, expect, it } from 'vitest'
import { checkPlace } from '../src/access/check-origin.ts'

const LISTED = {
  hosts: ['127.0.0.1', 'localhost', '[::1]', 'sync.example.com:8443'],
  origins: ['https://app.example.com'],
}
const ANY_HOST = { hosts: null, origins: ['https://app.example.com'] }

function verdict(host: string | null, origin: string | null, allowed: typeof LISTED | typeof ANY_HOST): string {
  try {
    checkPlace({ host, origin }, allowed)
    return 'allowed'
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('GW-C2 GW-C3: where a request comes from and goes to', () => {
  it.each([
    ['127.0.0.1:4400', null, 'allowed'],
    ['LOCALHOST', null, 'allowed'],
    ['[::1]:4400', null, 'allowed'],
    ['sync.example.com:8443', null, 'allowed'],
    ['sync.example.com', null, 'forbidden_host'],
    ['evil.example', null, 'forbidden_host'],
    ['127.0.0.1.evil.example', null, 'forbidden_host'],
    ['', null, 'forbidden_host'],
    [null, null, 'forbidden_host'],
    ['127.0.0.1:4400', 'https://app.example.com', 'allowed'],
    ['127.0.0.1:4400', 'http://127.0.0.1:4400', 'allowed'],
    ['127.0.0.1:4400', 'http://127.0.0.1:5173', 'forbidden_origin'],
    ['127.0.0.1:4400', 'https://app.example.com.evil.example', 'forbidden_origin'],
    ['127.0.0.1:4400', 'http://app.example.com', 'forbidden_origin'],
    ['127.0.0.1:4400', 'https://APP.example.com', 'forbidden_origin'],
    ['127.0.0.1:4400', 'null', 'forbidden_origin'],
    ['127.0.0.1:4400', '', 'forbidden_origin'],
    ['evil.example', 'http://evil.example', 'forbidden_host'],
  ])('host %s, origin %s: %s', (host, origin, expected) => {
    expect(verdict(host, origin, LISTED)).toBe(expected)
  })

  it('does not take a page for its own where any host name goes', () => {
    expect(verdict('evil.example', 'http://evil.example', ANY_HOST)).toBe('forbidden_origin')
    expect(verdict('evil.example', 'https://app.example.com', ANY_HOST)).toBe('allowed')
  })
})
