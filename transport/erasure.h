/*
 * An erasure code: k blocks of data and more blocks of parity, of which any k give the data back.
 * Reed-Solomon over GF(2^8) by a Cauchy matrix, computed by ISA-L. The only user of isa-l.h.
 *
 * Arithmetic is modulo x^8 + x^4 + x^3 + x^2 + 1. Block i < k is data itself; block i >= k is
 * the sum over j < k of data block j times 1 / (i XOR j).
 */
#ifndef OWNCARD_TRANSPORT_ERASURE_H
#define OWNCARD_TRANSPORT_ERASURE_H

#include "core/bytes.h"
#include "core/err.h"

enum { ERASURE_DATA_MAX = 128, ERASURE_ALL_MAX = 255 };

/**
 * Compute blocks k to n - 1.
 *
 * @param parity  (n - k) * size bytes, written one block after the other
 * @param data    k * size bytes, likewise; only read, though ISA-L does not say so
 * @param k       1 to ERASURE_DATA_MAX
 * @param n       k to ERASURE_ALL_MAX
 *
 * @retval OC_USAGE  k or n out of range, or size is 0
 * @retval OC_MEMORY
 */
enum oc_err erasure_protect(uint8_t *parity, uint8_t *data, size_t k, size_t n, size_t size)
    OC_MUST_CHECK;

/**
 * Compute the data from k blocks.
 *
 * @param data    k * size bytes, written in order; not the memory of `blocks`
 * @param blocks  k * size bytes, in any order; only read
 * @param number  which block each of them is; k different numbers below ERASURE_ALL_MAX
 *
 * @retval OC_USAGE  as above, or a number is out of range or there twice
 * @retval OC_MEMORY
 */
enum oc_err erasure_recover(uint8_t *data, uint8_t *blocks, const uint8_t *number, size_t k,
                            size_t size) OC_MUST_CHECK;

#endif
