// What the three wrappers share: they take the options of the peers' scripts and drive our own tools with
// them, in a folder of their own that is gone afterwards. OWNCARD_BIN names the folder of the tools.
'use strict'
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { spawnSync } = require('node:child_process')

const BIN = process.env.OWNCARD_BIN || path.resolve(__dirname, '../../../build/release')
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'owncard-interop-'))
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }))

const inScratch = (name) => path.join(scratch, name)
const put = (name, data) => { fs.writeFileSync(inScratch(name), data, { mode: 0o600 }); return inScratch(name) }

function answer(ok, more) {
  console.log(JSON.stringify({ ok, peer: 'owncard', ...more }))
  process.exit(ok ? 0 : 1)
}
const refuse = (reason) => answer(false, { reason })

// --name value, --flag; a repeated option is a list. `flags` take no value.
function options(required, flags = []) {
  const given = {}, words = process.argv.slice(2)
  while (words.length) {
    const word = words.shift(), name = word.slice(2)
    if (!word.startsWith('--')) usage(`${word}: not an option`)
    if (!flags.includes(name) && !words.length) usage(`--${name} needs a value`)
    const value = flags.includes(name) ? true : words.shift()
    given[name] = name in given ? [].concat(given[name], value) : value
  }
  for (const name of required) if (!(name in given)) usage(`--${name} is missing`)
  return given
}
function usage(what) { console.error(what); process.exit(2) }
const list = (value) => (value === undefined ? [] : [].concat(value))

// One run of a tool. What it says as its error is our reason, and ends the wrapper.
function run(tool, argv, { mayRefuse = false } = {}) {
  const done = spawnSync(path.join(BIN, `owncard-${tool}`), argv, {
    encoding: 'utf8', timeout: 60000, env: { ...process.env, XDG_DATA_HOME: scratch, LC_ALL: 'C' },
  })
  if (done.status === 0 || (mayRefuse && done.status === 1)) return done.stdout
  const said = /^owncard-\w+: error: (.*)$/m.exec(done.stderr)
  refuse(said ? said[1].replaceAll(`${scratch}/`, '') : `${tool}: ${done.error ?? done.stderr.trim()}`)
}
const vaultOptions = () => ['--vault', inScratch('vault'), '--passphrase-file', put('passphrase', 'of no importance\n')]

// Peers hand keys around with any mode; our tools take a private one only if nobody else may read it.
const privateKey = (file, name) => put(name, fs.readFileSync(file))

const time = (text) => new Date(text).toISOString().replace(/\.\d+Z$/, 'Z')

// Binary files may also hold hexadecimal, and a transcript may stand on the command line.
const isHex = (text) => text.length > 0 && /^([0-9a-fA-F]{2}|\s)+$/.test(text)
function bytesOf(word) {
  if (!fs.existsSync(word) && isHex(word)) return Buffer.from(word.replace(/\s/g, ''), 'hex')
  const data = fs.readFileSync(word === '-' ? 0 : word), text = data.toString('latin1')
  return isHex(text) ? Buffer.from(text.replace(/\s/g, ''), 'hex') : data
}

// Which handover of ours is a peer's profile, and which of its parameters is which option.
const HANDOVERS = {
  '1.0': ['openid4vp', { 'client-id': 'clientId', nonce: 'nonce', 'response-uri': 'responseUri', 'jwk-thumbprint': 'jwkThumbprint' }],
  dcapi: ['openid4vp-dcapi', { origin: 'origin', nonce: 'nonce', 'jwk-thumbprint': 'jwkThumbprint' }],
  'iso18013-7-2023-08': ['iso-18013-7-draft', { 'client-id': 'clientId', nonce: 'nonce', 'response-uri': 'responseUri', 'mdoc-nonce': 'mdocGeneratedNonce' }],
  'iso18013-7': ['iso-18013-7', { 'client-id': 'clientId', nonce: 'nonce', 'response-uri': 'responseUri', 'mdoc-nonce': 'mdocGeneratedNonce' }],
}
function transcript(given) {
  if (given.transcript) return put('transcript', bytesOf(given.transcript))
  if (!given.oid4vp) usage('--transcript or --oid4vp is missing')
  const p = JSON.parse(fs.existsSync(given.oid4vp) ? fs.readFileSync(given.oid4vp, 'utf8') : given.oid4vp)
  const [handover, names] = HANDOVERS[p.profile ?? '1.0'] ?? refuse(`--oid4vp: no handover of ours is ${p.profile}`)
  const argv = Object.entries(names).flatMap(([option, name]) => (p[name] === undefined ? [] : [`--${option}=${p[name]}`]))
  run('verifier', ['transcript', `--handover=${handover}`, ...argv, '-o', inScratch('transcript')])
  return inScratch('transcript')
}

// ---- CBOR: as much as finding the parts of an IssuerSigned takes. Every item keeps the bytes it came as. -----
function cbor(data, at = 0) {
  const start = at, major = data[at] >> 5, low = data[at++] & 31, long = low > 23 && low < 28 ? 1 << (low - 24) : 0
  let n = low
  if (low > 27) throw new Error(`CBOR of a length not given, at byte ${start}`)
  if (long) { n = Number(BigInt(`0x${data.subarray(at, at + long).toString('hex')}`)); at += long }
  const item = { major, n, kids: [] }
  if (major === 2 || major === 3) { item.bytes = data.subarray(at, at + n); at += n }
  for (let left = major === 4 ? n : major === 5 ? 2 * n : major === 6 ? 1 : 0; left > 0; left--) {
    const kid = cbor(data, at)
    item.kids.push(kid)
    at = kid.end
  }
  return Object.assign(item, { end: at, raw: data.subarray(start, at) })
}
function member(map, key) {
  for (let i = 0; map?.major === 5 && i < map.kids.length; i += 2) {
    const k = map.kids[i]
    if (k.major === 3 ? k.bytes.toString() === key : k.major === 0 && k.n === key) return map.kids[i + 1]
  }
}
const embedded = (item) => cbor(item.major === 6 ? item.kids[0].bytes : item.bytes)

// What any of the peers' containers holds: IssuerSigned, { docType, issuerSigned } or a DeviceResponse.
function issuerSigned(data) {
  const top = cbor(data), document = member(top, 'documents')?.kids[0] ?? top
  const signed = member(document, 'issuerSigned') ?? document
  const [protectedBytes, unprotected, payload] = member(signed, 'issuerAuth')?.kids ?? refuse('--mdoc: no IssuerSigned in it')
  const chain = member(unprotected, 33) ?? (protectedBytes.bytes.length ? member(embedded(protectedBytes), 33) : undefined)
  const signer = chain?.major === 4 ? chain.kids[0] : chain
  return {
    raw: signed.raw,
    docType: member(embedded(cbor(payload.bytes)), 'docType')?.bytes.toString(),
    signer: signer?.bytes ?? refuse('--mdoc: no certificate of a document signer in it'),
  }
}

const pem = (der) => `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`

module.exports = { answer, bytesOf, inScratch, issuerSigned, list, options, pem, privateKey, put, refuse, run, time, transcript, usage, vaultOptions }
