import { expect, test } from 'vitest'
import { isOwnOrigin } from '../src/index.ts'

test.each([
  ['http://127.0.0.1:4400', '127.0.0.1:4400', true],
  ['https://app.example.com', 'app.example.com', true],
  ['https://App.Example.com', 'app.example.COM', true],
  ['http://[::1]:4400', '[::1]:4400', true],
  ['http://127.0.0.1:4401', '127.0.0.1:4400', false],
  ['https://app.example.com.evil.test', 'app.example.com', false],
  ['https://app.example.com/', 'app.example.com', false],
  ['https://evil.test@app.example.com', 'app.example.com', false],
  ['ftp://app.example.com', 'app.example.com', false],
  ['null', 'app.example.com', false],
  ['', '', false],
  ['https://', '', false],
])('a page of %j at the host %j: %s', (origin, host, own) => {
  expect(isOwnOrigin(origin, host)).toBe(own)
})
