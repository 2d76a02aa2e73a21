/* The sentences of this room's errors, and what must always be true of it. */
#include "fee/inside.h"

const ErrText fee_errors[] = {
    {"fee.kind", N_("Choose what the fee is for.")},
    {"fee.base", N_("Choose what the fee is reckoned from.")},
    {"fee.rate", N_("A fee is more than nothing; a percentage is at most 100.")},
    {"fee.tax", N_("The tax rate must be between 0 and 100 percent.")},
    {"fee.too_many", N_("There are 12 fees already. End one first.")},
    {"fee.over", N_("Together with the other fees this would be more than the whole price.")},
    {"fee.missing", N_("There is no such fee, or it has ended.")},
    {"discount.label", N_("Say what buyers should read.")},
    {"discount.base", N_("Choose how the discount is reckoned.")},
    {"discount.rate", N_("A discount is more than nothing; a percentage is at most 100.")},
    {"discount.tiers", N_("Write the steps as rising amounts with their percentages, like 100: 5, 200: 8.")},
    {"discount.code_taken", N_("This code is in use. Choose another.")},
    {"discount.days", N_("It must end after it begins.")},
    {"discount.missing", N_("There is no such discount, or it has ended.")},
    {"discount.tag", N_("A tag is a word, like member or restaurant.")},
    {"coupon.unknown", N_("We do not know this code, or it has ended.")},
    {"coupon.minimum", N_("This code is for larger orders.")},
    {"coupon.sign_in", N_("This code can be used a few times by each person: please sign in first.")},
    {"coupon.used_up", N_("This code is used up.")},
    {0},
};

static Err *discount_row_check(void *arg, const DiscountSums *d)
{
    Findings *f = arg;
    f->checked++;
    if (d->spent.minor != d->taken.minor || d->uses != d->orders)
        finding(f, "discount %lld says %lld given to %lld orders; its orders add up to %lld and %lld", (long long)d->id,
                (long long)d->spent.minor, (long long)d->uses, (long long)d->taken.minor, (long long)d->orders);
    return NULL;
}

static Err *check_discounts(Db *db, Findings *findings)
{
    return verify_discounts(db, discount_row_check, findings);
}

const Check fee_checks[] = {{.name = "fee.discounts", .run = check_discounts}, {0}};
