/*
 * The holder's side of NFC without a radio: transport/nfc_card.h as a virtual card in the reader of
 * vsmartcard's vpcd, to which it connects. Everything that speaks PC/SC on that machine sees it,
 * our own reader and other people's.
 *
 *   vpcd's frame = length  2 bytes, big-endian
 *                  bytes   a command or a response; of one byte from vpcd: 0 power off, 1 power on,
 *                          2 reset, 4 "what is your ATR?", which alone is answered
 */
#ifndef OWNCARD_TRANSPORT_VPCD_H
#define OWNCARD_TRANSPORT_VPCD_H

#include "transport/carrier.h"

/* Bytes of data in a command or response at most: a frame's length has 16 bits. */
enum { VPCD_DATA_MAX = 65000 };

/**
 * Put the card into the virtual reader.
 *
 * @param out       all zero but for the reason on error
 * @param address   of vpcd, as in transport/tcp.h
 * @param handover  the Handover Select message, copied; empty where engagement is otherwise
 * @param max_command, max_response  to VPCD_DATA_MAX, as the engagement says
 * @retval OC_USAGE, OC_EXPIRED, OC_IO  as tcp_connect(); OC_USAGE  lengths out of bounds too
 * @retval OC_LIMIT, OC_MEMORY
 */
enum oc_err vpcd_carrier(struct carrier *out, const char *address, struct bytes handover,
                         size_t max_command, size_t max_response, int64_t deadline) OC_MUST_CHECK;

/** The same with a socket that is connected, which it owns from now on, also on error. */
enum oc_err vpcd_carrier_on(struct carrier *out, int fd, struct bytes handover, size_t max_command,
                            size_t max_response) OC_MUST_CHECK;

#endif
