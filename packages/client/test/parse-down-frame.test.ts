import { expect, it } from 'vitest'
import { parseDownFrame } from '../src/transport/parse-down-frame.ts'

it.each([
  ['{"type":"ready"}', true],
  ['{"type":"delta","topic":"health","cursor":"12","fields":["id","rev"],"rows":[],"removed":[]}', true],
  ['{"type":"snapshot","topic":"health","cursor":"12","rows":[]}', true],
  ['{"type":"something newer","topic":5}', true],
  ['<!doctype html>', false],
  ['', false],
  ['null', false],
  ['5', false],
  ['[]', false],
  ['{"type":5}', false],
  ['{"topic":"health"}', false],
  ['{"type":"delta","cursor":"12"}', false],
  ['{"type":"delta","topic":"health","cursor":"first"}', false],
  ['{"type":"delta","topic":"health","cursor":"123456789012345678901"}', false],
  ['{"type":"snapshot","topic":"health","cursor":"12"}', false],
  ['{"type":"snapshot","topic":"operations","cursor":"12","rows":[]}', false],
])('CL-24 %s is a frame: %s', (text, isFrame) => {
  expect(parseDownFrame(text)).toEqual(isFrame ? JSON.parse(text) : null)
})

it.each([undefined, new ArrayBuffer(3)])('CL-24 what is no text is no frame: %s', (message) => {
  expect(parseDownFrame(message)).toBeNull()
})
