import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AddressPolicy, checkTarget, isAddressRange, type ResolvedAddress } from '../src/index.ts'

const policy = new AddressPolicy()

describe('an address', () => {
  test.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.7',
    '203.0.113.7',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '::ffff:169.254.169.254',
    '0:0:0:0:0:ffff:c0a8:0101',
    '64:ff9b::7f00:1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    'not an address',
    '',
  ])('%s is refused', (address) => {
    expect(policy.judge(address)).toBe('refused')
  })

  test.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '223.255.255.255',
    '::ffff:8.8.8.8',
    '2606:4700::1111',
    '2a00:1450::1',
  ])('%s is public', (address) => {
    expect(policy.judge(address)).toBe('public')
  })

  test('in IPv6 that only carries IPv4 is judged as what it carries', () => {
    const part = fc.integer({ min: 0, max: 255 })
    fc.assert(
      fc.property(fc.tuple(part, part, part, part), (parts) => {
        const [a, b, c, d] = parts
        const groups = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
        expect(policy.judge(`::ffff:${groups}`)).toBe(policy.judge(parts.join('.')))
      }),
    )
  })

  test('is let in by configuration, and nothing beside it', () => {
    const own = new AddressPolicy(['10.1.0.0/16', '127.0.0.1', 'fd00::/8'])
    for (const address of ['10.1.2.3', '127.0.0.1', '::ffff:127.0.0.1', 'fd12::1'])
      expect(own.judge(address)).toBe('allowed')
    for (const address of ['10.2.0.1', '127.0.0.2', 'fc00::1', '::1']) expect(own.judge(address)).toBe('refused')
    expect(own.judge('8.8.8.8')).toBe('public')
  })

  test.each(['10.0.0.0/8', '::1', 'fd00::/8', '127.0.0.1'])('%s is a range', (text) => {
    expect(isAddressRange(text)).toBe(true)
  })
  test.each(['localhost', '10.0.0.0/33', '::/129', '10.0.0.0/8/8', '10.0.0/8', 'fe80::1%eth0', '/8', ''])(
    '%j is no range',
    (text) => {
      expect(isAddressRange(text)).toBe(false)
      expect(() => new AddressPolicy([text])).toThrow(TypeError)
    },
  )
})

describe('a target', () => {
  const to =
    (...addresses: string[]) =>
    async (): Promise<ResolvedAddress[]> =>
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  const never = async () => {
    throw new Error('It was asked for a name.')
  }

  test.each([
    ['no address', 'hook'],
    ['another protocol', 'file:///etc/passwd'],
    ['a name and a password', 'https://me:secret@example.com/'],
    ['loopback', 'https://127.0.0.1/'],
    ['loopback written as one number', 'https://2130706433/'],
    ['loopback in hexadecimal', 'https://0x7f.1/'],
    ['loopback in octal', 'https://0177.0.0.1/'],
    ['loopback in full-width digits', 'https://１２７.0.0.1/'],
    ['nothing', 'https://0/'],
    ['IPv6 loopback', 'https://[::1]/'],
    ['mapped loopback', 'https://[::ffff:127.0.0.1]/'],
    ['the address where clouds answer', 'https://169.254.169.254/latest/meta-data'],
    ['plain HTTP', 'http://8.8.8.8/'],
  ])('with %s is refused without asking anybody', async (_what, url) => {
    await expect(checkTarget(url, policy, never)).rejects.toMatchObject({ code: 'webhook_address_refused' })
  })

  test.each([
    ['a private address', ['10.0.0.1']],
    ['a loopback address', ['127.0.0.1']],
    ['a mapped one', ['::ffff:192.168.0.1']],
    ['a public and a private one', ['8.8.8.8', '10.0.0.1']],
    ['none', []],
  ])('whose name leads to %s is refused', async (_what, addresses) => {
    await expect(checkTarget('https://example.com/', policy, to(...addresses))).rejects.toMatchObject({
      code: 'webhook_address_refused',
    })
  })

  test('is its URL and the addresses that were judged', async () => {
    const target = await checkTarget('https://example.com:8443/hook?x=1', policy, to('8.8.8.8', '2606:4700::1111'))
    expect(target.url.href).toBe('https://example.com:8443/hook?x=1')
    expect(target.addresses.map(({ address }) => address)).toEqual(['8.8.8.8', '2606:4700::1111'])
  })

  test('over plain HTTP is let in where configuration lets the address in', async () => {
    const own = new AddressPolicy(['10.0.0.0/8'])
    await expect(checkTarget('http://inside.example/', own, to('10.0.0.1'))).resolves.toBeDefined()
    await expect(checkTarget('http://inside.example/', own, to('10.0.0.1', '8.8.8.8'))).rejects.toThrow(/https/)
  })
})
