// Rows that the peers' own matrix has not: what the peers have no curve for, between our own tools; and
// the handovers of OpenID4VP, with every peer on either side. Each row is a capability and its verdict.
// usage: own-rows.mjs --peers DIR --tools DIR --work DIR --out FILE
import fs from 'node:fs'
import path from 'node:path'
import { spawnSync } from 'node:child_process'

const words = process.argv.slice(2), given = {}
while (words.length) given[words.shift().slice(2)] = words.shift()
const { peers, tools, work, out } = given
fs.mkdirSync(work, { recursive: true })
const PEERS = ['auth0', 'animo', 'owf', 'protokoll'], NS = 'org.iso.18013.5.1', rows = []

function run(role, who, argv) {
  const program = who === 'owncard' ? [path.join(tools, role)] : [process.execPath, path.join(peers, `peer-${role}-${who}.mjs`)]
  const done = spawnSync(program[0], [...program.slice(1), ...argv], { encoding: 'utf8', timeout: 60000 })
  let said = {}
  try { said = JSON.parse(done.stdout.trim().split('\n').pop()) } catch { /* the reason is then on standard error */ }
  return done.status === 0 ? { ok: true } : { ok: false, reason: said.reason ?? `${done.stderr}`.trim().split('\n').pop() }
}
function openssl(...argv) {
  const done = spawnSync('openssl', argv, { encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`openssl ${argv.join(' ')}: ${done.stderr}`)
}
function key(curve) {
  const file = `${work}/${curve}.key`
  if (/^(ed|x)/i.test(curve)) openssl('genpkey', '-algorithm', curve, '-out', file)
  else openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`, '-out', file)
  openssl('pkey', '-in', file, '-pubout', '-out', `${file}.pub`)
  return file
}
function certificates(curve, root = 'P-256') {
  const folder = `${work}/certificates-${curve}-${root}`
  spawnSync(path.join(peers, 'make-certs.sh'), [folder, curve, root], { encoding: 'utf8' })
  return folder
}
fs.writeFileSync(`${work}/claims.json`, JSON.stringify({ [NS]: {
  family_name: 'Jones', birth_date: { $date: '1990-03-25' }, issuing_country: 'UT', age_over_18: true,
} }))

// One card through issuer, wallet and verifier; the first who says no has the word.
let n = 0
function flow(name, { issuer = 'owncard', wallet = 'owncard', verifier = 'owncard', pki, device, digest, session, reader }) {
  const card = `${work}/${++n}.card`, response = `${work}/${n}.response`
  const steps = [
    ['issue', issuer, ['--doctype', `${NS}.mDL`, '--claims', `${work}/claims.json`, '--device-key', device, '--issuer-key', `${pki}/ds.key`,
      '--issuer-cert', `${pki}/ds.pem`, '--out-issuer-signed', card, ...(digest ? ['--digest', digest] : [])]],
    ['present', wallet, ['--mdoc', card, '--device-key', device, ...session, '--request', `${NS}/family_name`, '--request', `${NS}/age_over_18`,
      '--out', response, ...(reader ? ['--mac', '--reader-key', `${reader}.pub`] : [])]],
    ['verify', verifier, ['--response', response, '--trust', `${pki}/iaca.pem`, ...session, ...(reader ? ['--reader-key', reader] : [])]],
  ]
  const row = { name, issue: issuer, present: wallet, verify: verifier, ok: true }
  for (const [role, who, argv] of steps) {
    const step = run(role, who, argv)
    if (!step.ok) { Object.assign(row, { ok: false, stage: role, reason: step.reason }); break }
  }
  rows.push(row)
}

const QR = ['--transcript', '83f6f683616161626163'], p256 = certificates('P-256'), device = key('P-256')

for (const curve of ['P-384', 'P-521', 'brainpoolP256r1', 'brainpoolP320r1', 'brainpoolP384r1', 'brainpoolP512r1'])
  flow(`signer and authority on ${curve}`, { pki: certificates(curve, curve), device, session: QR })
flow('signer on ed25519', { pki: certificates('ed25519'), device, session: QR })
for (const curve of ['P-384', 'P-521', 'brainpoolP256r1', 'brainpoolP320r1', 'brainpoolP384r1', 'brainpoolP512r1', 'ed25519', 'ed448'])
  flow(`device key on ${curve}, signature`, { pki: p256, device: key(curve), session: QR })
for (const curve of ['P-384', 'P-521', 'brainpoolP256r1', 'brainpoolP320r1', 'brainpoolP384r1', 'brainpoolP512r1'])
  flow(`device and reader key on ${curve}, MAC`, { pki: p256, device: key(curve), session: QR, reader: key(curve) })
for (const digest of ['SHA-256', 'SHA-384', 'SHA-512']) flow(`digests ${digest}`, { pki: p256, device, session: QR, digest })

const common = { clientId: 'x509_san_dns:verifier.example.org', responseUri: 'https://verifier.example.org/r', nonce: 'n-0S6_WzA2Mj' }
const sessions = {
  '1.0': { profile: '1.0', ...common },
  '1.0 encrypted': { profile: '1.0', ...common, jwkThumbprint: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs' },
  dcapi: { profile: 'dcapi', origin: 'https://verifier.example.org', nonce: common.nonce },
  'iso18013-7': { profile: 'iso18013-7', ...common, mdocGeneratedNonce: 'MTIzNDU2Nzg5MGFiY2RlZmdo' },
  'iso18013-7-2023-08': { profile: 'iso18013-7-2023-08', ...common, mdocGeneratedNonce: 'MTIzNDU2Nzg5MGFiY2RlZmdo' },
}
for (const [name, params] of Object.entries(sessions)) {
  const session = ['--oid4vp', JSON.stringify(params)]
  for (const peer of PEERS) {
    flow(`oid4vp ${name}`, { wallet: peer, pki: p256, device, session })
    flow(`oid4vp ${name}`, { verifier: peer, pki: p256, device, session })
  }
}
fs.writeFileSync(out, JSON.stringify(rows, null, 1))
