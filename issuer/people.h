/*
 * Synthetic residents of Guangzhou, for tests and comparisons. Resident `index` of `seed` is
 * always the same, whatever was made before: there is no state.
 *
 * Shares are those of the census of 1 November 2020: 18,676,605 residents by district, 52.83 %
 * male, 13.87 % up to 14 years, 11.41 % from 60 on, 50.2 % registered elsewhere. Birth dates are
 * uniform inside an age band, the oldest are 94. Nobody can be real: every citizen number begins
 * with an address code that was never assigned (issuer/citizen_number.h), addresses and
 * authorities say so themselves. Among very many people some numbers repeat.
 *
 * The numbers come from SplitMix64, a plain integer generator (G. Steele, D. Lea, C. Flood, "Fast
 * splittable pseudorandom number generators", 2014). It makes test data repeatable and serves
 * nothing else here: what must be unpredictable comes from crypto/random.h.
 */
#ifndef OWNCARD_ISSUER_PEOPLE_H
#define OWNCARD_ISSUER_PEOPLE_H

#include "core/buf.h"
#include "core/date.h"
#include "issuer/citizen_number.h"

enum {
    PEOPLE_DISTRICTS = 11,
    PEOPLE_RESIDENTS = 18676605,
};

struct district {
    const char *name;           /* such as "南沙区" */
    int address_code;           /* as GB/T 2260 has it; people get this plus 40 */
    int residents;
};

extern const struct district people_districts[PEOPLE_DISTRICTS];

struct person {
    const char *family, *family_latin;
    char given[8], given_latin[16];
    int sex;                    /* 1 male, 2 female */
    int64_t born;               /* the moments the days begin, core/date.h */
    int64_t issued, expires;
    int district;               /* where this person lives, index into people_districts */
    bool registered_elsewhere;
    char citizen_number[CITIZEN_NUMBER_N + 1];
    const char *ethnicity;      /* two letters of GB/T 3304 */
    char address[96];           /* registered address */
    char authority[96];         /* that issued the card */
    uint64_t look;              /* for issuer/portrait.h */
};

/**
 * Resident `index` of `seed`, as of the day that holds `today`: ages and dates of issue count
 * from there, and the card has not expired by then.
 */
void person_make(struct person *p, uint64_t seed, uint64_t index, int64_t today);

/**
 * Append the claims for example.guangzhou.vid.1 as one line of JSON; they serve for
 * example.guangzhou.age.1 too. An empty `portrait` (JPEG) is left out.
 */
void person_write(struct buf *out, const struct person *p, struct bytes portrait);

#endif
