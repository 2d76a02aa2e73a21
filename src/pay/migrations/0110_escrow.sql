-- Money of an order that is kept aside until its goods are handed over: one row a seller's part. The money itself lies in
-- the ledger, in the account escrow/<order>; the amounts here say what became of it and must give that account's balance.
CREATE TABLE pay_part (
  part KEY REFERENCES seller_order, -- which
  order_group ID REFERENCES order_group, -- of which order
  org ID REFERENCES org,     -- the seller
  buyer ID REFERENCES person, -- who paid
  account ID,                -- escrow account in the ledger
  state TEXT CHECK (state IN ('held', 'due', 'disputed', 'released', 'refunded')), -- due: handed over, waits for silence
  round INT,                 -- goes up each time it is funded again; part of the names of its transfers
  funded MONEY,              -- put in, top-ups included
  seller MONEY,              -- went to the seller
  others MONEY,              -- went to other parties: fees, delivery
  tax MONEY,                 -- kept back for the tax office
  refunded MONEY,            -- went back to the buyer
  due_at TIME NULL,          -- when it is released by itself
  changed_at TIME            -- when
);
CREATE INDEX pay_part_order ON pay_part (order_group, part);
CREATE INDEX pay_part_due ON pay_part (due_at) WHERE state = 'due';
CREATE INDEX pay_part_org ON pay_part (org, part);
CREATE INDEX pay_part_state ON pay_part (state, part);

-- A buyer says that something is wrong; two officers rule. The words are the buyer's and can be erased by themselves.
CREATE TABLE pay_dispute (
  id KEY,                    -- minted by the program
  part ID REFERENCES seller_order, -- about which goods
  buyer ID REFERENCES person, -- who says so
  words TEXT,                -- what is wrong; empty once erased
  answer TEXT,               -- what the seller says; empty: nothing yet, or erased
  state TEXT CHECK (state IN ('open', 'proposed', 'ruled', 'withdrawn')), -- proposed: one officer has spoken
  refund MONEY,              -- of the proposal: what goes back to the buyer
  proposed_by ID NULL,       -- first officer
  ruled_by ID NULL,          -- second officer, another person
  made_at TIME,              -- when
  changed_at TIME            -- when
);
CREATE INDEX pay_dispute_part ON pay_dispute (part, id);
CREATE INDEX pay_dispute_state ON pay_dispute (state, id);
