-- Names, phones and addresses: a schema of its own, so that it has grants of its own. Nothing else
-- in the database tells who a pseudonym is.
--
--   the registry import:   GRANT USAGE ON SCHEMA lifeline_private TO <role>;
--                          GRANT SELECT, INSERT, UPDATE ON lifeline_private.person TO <role>;
--   task lists with names: GRANT USAGE ON SCHEMA lifeline_private TO <role>;
--                          GRANT SELECT ON lifeline_private.household TO <role>;
--   everybody else:        nothing.

CREATE SCHEMA lifeline_private;
REVOKE ALL ON SCHEMA lifeline_private FROM PUBLIC;
COMMENT ON SCHEMA lifeline_private IS 'Personal data. Grant it role by role.';

CREATE TABLE lifeline_private.person (
	person_key bytea PRIMARY KEY,
	household_key bytea NOT NULL,
	name text NOT NULL,
	phone text NOT NULL,
	address text NOT NULL,
	first_put_at timestamptz NOT NULL DEFAULT now(),
	first_put_place bigint NOT NULL
);
COMMENT ON TABLE lifeline_private.person IS 'Who a pseudonym is.';
COMMENT ON COLUMN lifeline_private.person.first_put_at IS
	'With first_put_place: the order in which people were first put. Registers name the head of '
	'a household first.';
CREATE INDEX person_by_household
	ON lifeline_private.person (household_key, first_put_at, first_put_place);

CREATE VIEW lifeline_private.household AS
SELECT DISTINCT ON (household_key) household_key, name
FROM lifeline_private.person
ORDER BY household_key, first_put_at, first_put_place;
COMMENT ON VIEW lifeline_private.household IS
	'The name of each household''s head: the one of its people who was put first.';

REVOKE ALL ON ALL TABLES IN SCHEMA lifeline_private FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA lifeline_private REVOKE ALL ON TABLES FROM PUBLIC;
