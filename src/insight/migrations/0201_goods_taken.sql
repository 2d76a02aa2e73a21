-- The newest order that the numbers about goods (goods_near, goods_bond) have learned from.
-- derived
CREATE TABLE goods_taken (
  one KEY,        -- always 1
  newest ID       -- order_group; none before the first
);
