/* Who may use which road, how fast, and what stands in the way: the tags of OpenStreetMap as a person on that road would read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "solve/roads/profile.h"

enum { TAGS_MAX = 8 };
enum { V = 1 << ROADS_VAN, L = 1 << ROADS_TRUCK, T = 1 << ROADS_TRACTOR, B = 1 << ROADS_BIKE, F = 1 << ROADS_FOOT, ALL = V | L | T | B | F, MOTOR = V | L | T };

typedef struct Tagged {
    OsmTag tags[TAGS_MAX];
    OsmElement element;
} Tagged;

/* "highway=track access=no": a space between tags. */
static const OsmElement *element_of(Tagged *out, const char *text)
{
    Str rest = str_of(text), word, key, value;
    *out = (Tagged){.element = {.type = 'w'}};
    while (rest.len > 0) {
        str_cut(rest, ' ', &word, &rest);
        str_cut(word, '=', &key, &value);
        out->tags[out->element.tag_len++] = (OsmTag){key, value};
    }
    out->element.tags = out->tags;
    return &out->element;
}

static unsigned forward(const char *text)
{
    Tagged way;
    WaySpeed speed;
    unsigned may = 0;
    way_speeds(element_of(&way, text), &speed);
    for (int p = 0; p < ROADS_PROFILES; p++)
        may |= speed.forward[p] ? 1u << p : 0;
    return may;
}

static unsigned backward(const char *text)
{
    Tagged way;
    WaySpeed speed;
    unsigned may = 0;
    way_speeds(element_of(&way, text), &speed);
    for (int p = 0; p < ROADS_PROFILES; p++)
        may |= speed.backward[p] ? 1u << p : 0;
    return may;
}

static int speed_of(RoadsProfile profile, const char *text)
{
    Tagged way;
    WaySpeed speed;
    way_speeds(element_of(&way, text), &speed);
    return speed.forward[profile];
}

static unsigned blocked(const char *text)
{
    Tagged node;
    return node_blocks(element_of(&node, text));
}

static void each_traveller_has_the_roads_that_are_for_them(void **state)
{
    (void)state;
    assert_int_equal(forward("highway=residential"), ALL);
    assert_int_equal(forward("highway=motorway"), V | L);
    assert_int_equal(forward("highway=trunk"), MOTOR);
    assert_int_equal(forward("highway=trunk motorroad=yes"), V | L);
    assert_int_equal(forward("highway=cycleway"), B | F);
    assert_int_equal(forward("highway=steps"), F);
    assert_int_equal(forward("highway=construction"), 0);
    assert_int_equal(forward("highway=track area=yes"), 0);
    assert_int_equal(forward("route=ferry"), B | F);
    assert_int_equal(forward("route=ferry motor_vehicle=yes"), V | L | B | F);
}

static void access_is_read_from_the_general_to_the_special(void **state)
{
    (void)state;
    assert_int_equal(forward("highway=service access=private"), 0);
    assert_int_equal(forward("highway=service access=no foot=yes"), F);
    assert_int_equal(forward("highway=track motor_vehicle=agricultural"), T | B | F);
    assert_int_equal(forward("highway=track motor_vehicle=forestry;agricultural"), T | B | F);
    assert_int_equal(forward("highway=track vehicle=no motor_vehicle=agricultural;delivery"), MOTOR | F);
    assert_int_equal(forward("highway=residential access=no motor_vehicle=destination"), MOTOR);
    assert_int_equal(forward("highway=residential goods=no"), ALL & ~V);
    assert_int_equal(forward("highway=residential hgv=no"), ALL & ~L);
    assert_int_equal(forward("highway=service motor_vehicle=psv"), B | F);
    assert_int_equal(forward("highway=footway bicycle=yes"), B | F);
    assert_int_equal(forward("highway=pedestrian motor_vehicle=delivery"), ALL);
    assert_int_equal(forward("highway=motorway foot=yes"), V | L | F);
}

static void where_less_is_allowed_than_one_measures_one_does_not_pass(void **state)
{
    (void)state;
    assert_int_equal(forward("highway=tertiary maxheight=3.0"), ALL & ~(L | T));
    assert_int_equal(forward("highway=tertiary maxheight=2.2"), B | F);
    assert_int_equal(forward("highway=tertiary maxheight=default"), ALL);
    assert_int_equal(forward("highway=tertiary maxheight=11'6\""), ALL);
    assert_int_equal(forward("highway=tertiary maxweight=3.5"), V | B | F);
    assert_int_equal(forward("highway=tertiary maxweight=7,5"), ALL & ~T);
    assert_int_equal(forward("highway=tertiary maxweight=0.2 maxwidth=1.5"), F);
    assert_int_equal(forward("highway=tertiary maxlength=7"), V | B | F);
    assert_int_equal(forward("highway=tertiary maxweightrating=3.5"), ALL & ~L);
}

static void one_way_streets_go_one_way(void **state)
{
    (void)state;
    assert_int_equal(backward("highway=residential oneway=yes"), F);
    assert_int_equal(forward("highway=residential oneway=-1"), F);
    assert_int_equal(backward("highway=residential oneway=-1"), ALL);
    assert_int_equal(backward("highway=residential oneway=yes oneway:bicycle=no"), B | F);
    assert_int_equal(backward("highway=residential oneway=yes cycleway:left=opposite_lane"), B | F);
    assert_int_equal(backward("highway=tertiary junction=roundabout"), F);
    assert_int_equal(backward("highway=motorway"), 0);
    assert_int_equal(backward("highway=motorway oneway=no"), V | L);
}

static void surfaces_and_limits_only_make_slower(void **state)
{
    (void)state;
    int plain = speed_of(ROADS_VAN, "highway=tertiary");
    assert_int_equal(speed_of(ROADS_VAN, "highway=tertiary surface=asphalt"), plain);
    assert_true(speed_of(ROADS_VAN, "highway=tertiary surface=gravel") < plain);
    assert_true(speed_of(ROADS_VAN, "highway=tertiary surface=gravel smoothness=horrible") < speed_of(ROADS_VAN, "highway=tertiary surface=gravel"));
    assert_int_equal(speed_of(ROADS_VAN, "highway=tertiary smoothness=impassable"), 0);
    assert_true(speed_of(ROADS_TRACTOR, "highway=track tracktype=grade5") > speed_of(ROADS_VAN, "highway=track tracktype=grade5"));
    assert_int_equal(speed_of(ROADS_VAN, "highway=tertiary maxspeed=30"), 27);
    assert_int_equal(speed_of(ROADS_VAN, "highway=primary maxspeed=DE:urban"), 45);
    assert_int_equal(speed_of(ROADS_VAN, "highway=tertiary maxspeed=20"), 18);
    assert_int_equal(speed_of(ROADS_VAN, "highway=tertiary maxspeed=none"), plain);
    assert_int_equal(speed_of(ROADS_VAN, "highway=secondary maxspeed=30\302\240mph"), 43); /* 30 miles are 48 km */
    assert_int_equal(speed_of(ROADS_TRUCK, "highway=primary maxspeed=100 maxspeed:hgv=40"), 36);
    assert_int_equal(speed_of(ROADS_BIKE, "highway=tertiary maxspeed=10"), speed_of(ROADS_BIKE, "highway=tertiary"));
}

static void barriers_hold_up_whom_they_are_for(void **state)
{
    (void)state;
    assert_int_equal(blocked("barrier=bollard"), MOTOR);
    assert_int_equal(blocked("barrier=bollard motor_vehicle=yes"), 0);
    assert_int_equal(blocked("barrier=stile"), MOTOR | B);
    assert_int_equal(blocked("barrier=gate"), 0);
    assert_int_equal(blocked("barrier=gate locked=yes"), ALL);
    assert_int_equal(blocked("barrier=gate locked=yes foot=yes"), ALL & ~F);
    assert_int_equal(blocked("barrier=gate access=private"), ALL);
    assert_int_equal(blocked("barrier=gate motor_vehicle=agricultural"), V | L);
    assert_int_equal(blocked("barrier=height_restrictor maxheight=2 motor_vehicle=yes"), MOTOR);
    assert_int_equal(blocked("highway=crossing"), 0);
}

static void a_restriction_binds_whom_it_names(void **state)
{
    (void)state;
    Tagged relation;
    assert_int_equal(restriction_binds(element_of(&relation, "restriction=no_left_turn")), MOTOR | B);
    assert_int_equal(restriction_binds(element_of(&relation, "restriction=no_left_turn except=bicycle")), MOTOR);
    assert_int_equal(restriction_binds(element_of(&relation, "restriction=no_left_turn except=agricultural;bicycle")), V | L);
    assert_int_equal(restriction_binds(element_of(&relation, "restriction:hgv=no_left_turn")), L);
}

static void the_names_that_other_programs_use_are_known(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        RoadsProfile profile;
    } names[] = {{"van", ROADS_VAN}, {"car", ROADS_VAN}, {"auto", ROADS_VAN}, {"driving-hgv", ROADS_TRUCK}, {"bicycle", ROADS_BIKE}, {"foot-walking", ROADS_FOOT}};
    RoadsProfile found;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_true(roads_profile_find(str_of(names[i].name), &found));
        assert_int_equal(found, names[i].profile);
    }
    assert_false(roads_profile_find(STR("rocket"), &found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_traveller_has_the_roads_that_are_for_them),
        cmocka_unit_test(access_is_read_from_the_general_to_the_special),
        cmocka_unit_test(where_less_is_allowed_than_one_measures_one_does_not_pass),
        cmocka_unit_test(one_way_streets_go_one_way),
        cmocka_unit_test(surfaces_and_limits_only_make_slower),
        cmocka_unit_test(barriers_hold_up_whom_they_are_for),
        cmocka_unit_test(a_restriction_binds_whom_it_names),
        cmocka_unit_test(the_names_that_other_programs_use_are_known),
    };
    return cmocka_run_group_tests_name("profiles", tests, NULL, NULL);
}
