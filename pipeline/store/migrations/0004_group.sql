-- The three kinds of households that are watched, and holds: with every change of a case, and where
-- each household stands.

ALTER TABLE lifeline.risk_change
	ADD COLUMN household_group text COLLATE "C" NOT NULL DEFAULT 'none',
	ADD COLUMN held boolean NOT NULL DEFAULT false;
ALTER TABLE lifeline.household_status
	ADD COLUMN household_group text COLLATE "C" NOT NULL DEFAULT 'none',
	ADD COLUMN held boolean NOT NULL DEFAULT false;

COMMENT ON TABLE lifeline.risk_change IS
	'Every change of a household''s case, warning level, group or hold.';
COMMENT ON COLUMN lifeline.risk_change.state_after IS
	'none, lead, verified, reviewed, checked, monitored, eliminated, rejected.';
COMMENT ON COLUMN lifeline.risk_change.household_group IS
	'After the change: none, unstable_ex_poor, marginal, sudden_difficulty.';
COMMENT ON COLUMN lifeline.risk_change.held IS
	'After the change: a person said that no rule changes this case.';
COMMENT ON COLUMN lifeline.household_status.household_group IS
	'none, unstable_ex_poor, marginal, sudden_difficulty.';
COMMENT ON COLUMN lifeline.household_status.held IS
	'A person said that no rule changes this case.';
CREATE INDEX household_status_held ON lifeline.household_status (area) WHERE held;
