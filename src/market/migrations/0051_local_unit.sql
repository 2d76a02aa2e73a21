-- A measure that people of a place use beside the metric ones: shown with prices, never stored in an order.
CREATE TABLE local_unit (
  id KEY,                   -- minted by the program
  slug TEXT,                -- for programs: "jin"
  lang TEXT,                -- shown to readers of this language; empty: to all
  name TEXT,                -- as they write it: "斤"
  unit TEXT,                -- UN/ECE Rec 20 code it is reckoned in
  micro INT CHECK (micro > 0), -- millionths of that unit
  priced BOOL,              -- prices are shown for one of it beside the metric price
  position INT              -- order in lists
);
CREATE UNIQUE INDEX local_unit_slug ON local_unit (slug, lang);
