// The verdict on a run: every combination that owncard is part of, by role, against what should come out.
// A failure that FINDINGS.md explains by its item is neither passed nor failed; one that no longer
// happens is reported, so that the list stays true. The last line counts.
// usage: judge.mjs MATRIX.json OWN.json
import fs from 'node:fs'

const [matrix, own] = process.argv.slice(2).map((file) => JSON.parse(fs.readFileSync(file, 'utf8')))
const US = 'owncard'

// Each is a peer's own defect or limit; `item` is where FINDINGS.md, or the peers' README, has it.
const EXPLAINED = [
  { item: 'item 14', why: 'owf makes MACs over another structure, and takes none', when: (r) => r.auth === 'mac' && [r.present, r.verify].includes('owf') },
  { item: 'item 12', why: 'protokoll writes undefined where owf wants a value', when: (r) => [r.issue, r.present].includes('protokoll') && (r.verify === 'owf' || r.present === 'owf') },
  { item: 'items 10, 12', why: 'protokoll sends its empty device-signed map with a two-byte head and signs it with a short one; who re-encodes does not see it', when: (r) => r.present === 'protokoll' && r.verify === US },
  { item: 'item 18', why: 'owf cannot read a P-384 or P-521 device key', when: (r) => /device key P-(384|521)/.test(r.name ?? '') && [r.issue, r.present, r.verify].includes('owf') },
  { item: 'section 2', why: 'no peer has brainpool curves', when: (r) => /brainpool/.test(r.name ?? '') && [r.issue, r.present, r.verify].some((who) => who && who !== US) },
  { item: 'README', why: 'owf has no handover of the 18013-7 draft of 2023', when: (r) => /2023-08/.test(r.name ?? '') && [r.issue, r.present, r.verify].includes('owf') },
]

// What our roles must say where the answer is no; in every other row it is yes. No peer checks these
// certificates (item 16), so that our refusal beside their yes is what should come out.
const MUST_REFUSE = {
  'DS without EKU': ['verify', 'present'],
  'DS with reader EKU': ['verify', 'present'],
  'DS key usage keyEncipherment only': ['verify', 'present'],
  'DS with unknown critical extension': ['verify', 'present'],
  'DS without issuerAltName and CRL DP': ['verify', 'present'],
  'DS country differs from IACA country': ['verify', 'present'],      // the vault compares the card with its signer
  'issuing_country differs from certificate C': ['verify', 'present'],
  'DS expired (MSO signed in its time, still valid)': ['verify', 'present', 'issue'],
  'MSO signed before DS notBefore': ['verify', 'present', 'issue'],
  'MSO expired': ['verify', 'present'],
  'MSO not yet valid': ['verify', 'present'],
  'MSO validUntil after DS notAfter': ['issue'],                      // who verifies reports it, and accepts
  'another namespace and doctype-less claims': ['present'],           // asks for nothing, and our requests ask for something
}

const count = { passed: 0, failed: 0 }, explained = [], healed = [], failures = []
function judge(label, row, ok, wanted, reason) {
  const cause = wanted ? EXPLAINED.find((e) => e.when(row)) : undefined
  if (ok === wanted) {
    count.passed++
    if (cause) healed.push(`${label}: passes although ${cause.item} says otherwise`)
    return ok ? 'ok' : 'no, rightly'
  }
  if (cause) { explained.push(cause); return `explained (${cause.item})` }
  count.failed++
  failures.push(`${label}: ${ok ? 'accepted, and must not be' : reason}`)
  return 'FAILED'
}
const line = (...cells) => console.log(cells.map((cell, i) => String(cell).padEnd([46, 18, 18, 18, 18, 18][i] ?? 0)).join(' ').trimEnd())

console.log('\nIssuer, wallet, authentication; then each verifier')
const verifiers = [...new Set(matrix.full.map((r) => r.verify).filter(Boolean))]
line('', ...verifiers)
const runs = Map.groupBy?.(matrix.full, (r) => `${r.issue} ${r.present ?? '-'} ${r.auth ?? ''}`) ??
  matrix.full.reduce((m, r) => { const k = `${r.issue} ${r.present ?? '-'} ${r.auth ?? ''}`; return m.set(k, [...(m.get(k) ?? []), r]) }, new Map())
for (const [label, rows] of runs) {
  const ours = rows.filter((r) => [r.issue, r.present, r.verify].includes(US))
  if (!ours.length) continue
  if (rows[0].stage) { line(label, `${rows[0].stage}: ${judge(label, rows[0], false, true, rows[0].reason)}`); continue }
  line(label, ...verifiers.map((v) => {
    const row = ours.find((r) => r.verify === v)
    return row ? judge(`${label} → ${v}`, row, row.ok, true, row.reason) : ''
  }))
}

console.log('\nCapabilities; our issuer, wallet and verifier')
line('', 'issue', 'present', 'verify')
for (const row of matrix.caps) {
  line(row.name, ...['issue', 'present', 'verify'].map((role) => {
    const said = row[role]?.[US]
    if (said === undefined) return '-'
    return judge(`${row.name}, ${role}`, { name: row.name, [role]: US }, said === 'ok', !(MUST_REFUSE[row.name] ?? []).includes(role), said)
  }))
}

console.log('\nRows of our own: curves, digests, handovers')
for (const row of own)
  line(row.name, `${row.issue} → ${row.present} → ${row.verify}`.padEnd(36), judge(`${row.name}, ${row.present} → ${row.verify}`, row, row.ok, true, `${row.stage}: ${row.reason}`))

console.log('\nExplained')
for (const cause of EXPLAINED) {
  const n = explained.filter((e) => e === cause).length
  if (n) console.log(`  ${cause.item}, ${n} times: ${cause.why}`)
}
for (const [title, lines] of [['Explained no longer', healed], ['Failed', failures]])
  if (lines.length) console.log(`\n${title}\n  ${lines.join('\n  ')}`)
console.log(`\n${explained.length} explained\n${count.passed} passed, ${count.failed} failed`)
process.exit(count.failed || !count.passed ? 1 : 0)     // a run that judged nothing is no success
