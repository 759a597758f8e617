-- What people query. All of it comes from Kafka and can be recorded again.

CREATE TABLE lifeline.task (
	task_id bytea PRIMARY KEY,
	household_key bytea NOT NULL,
	area text COLLATE "C" NOT NULL,
	county text COLLATE "C" NOT NULL,
	measure text COLLATE "C" NOT NULL,
	change text COLLATE "C" NOT NULL,
	state text COLLATE "C" NOT NULL,
	dimension text COLLATE "C" NOT NULL,
	level integer NOT NULL,
	opened_on date,
	due_on date,
	department text NOT NULL,
	reasons jsonb NOT NULL,
	policy_name text NOT NULL,
	policy_version text NOT NULL,
	logic_version integer NOT NULL,
	decided_on date,
	update_by text NOT NULL,
	update_note text NOT NULL,
	cause_topic text NOT NULL,
	cause_partition integer NOT NULL,
	cause_offset bigint NOT NULL,
	published_at timestamptz,
	written_at timestamptz,
	seen_at timestamptz,
	updated_at timestamptz,
	log_topic text COLLATE "C" NOT NULL,
	log_partition integer NOT NULL,
	log_offset bigint NOT NULL
) WITH (fillfactor = 85);
COMMENT ON TABLE lifeline.task IS
	'Each assistance task as its last change left it. Keys are 16-byte pseudonyms.';
COMMENT ON COLUMN lifeline.task.area IS 'Village where the household lives, 12 digits (GB/T 2260).';
COMMENT ON COLUMN lifeline.task.county IS 'The first six digits of area.';
COMMENT ON COLUMN lifeline.task.measure IS 'What is asked for: visit, medical_aid, …';
COMMENT ON COLUMN lifeline.task.change IS
	'The last change: opened, strengthened, updated, withdrawn, overdue.';
COMMENT ON COLUMN lifeline.task.state IS
	'open, accepted, done, failed, refused, not_found, withdrawn.';
COMMENT ON COLUMN lifeline.task.level IS 'Warning level, 1 (watch) to 3 (urgent).';
COMMENT ON COLUMN lifeline.task.reasons IS
	'Which comparison of which rule held, with value, threshold and the facts behind it.';
COMMENT ON COLUMN lifeline.task.decided_on IS 'Day of the decision: the last tick of the partition.';
COMMENT ON COLUMN lifeline.task.cause_offset IS
	'With cause_topic and cause_partition: the input behind the last change.';
COMMENT ON COLUMN lifeline.task.published_at IS
	'When the event that opened the task was published. NULL: the opening was not recorded.';
COMMENT ON COLUMN lifeline.task.written_at IS 'Kafka''s timestamp of the opening.';
COMMENT ON COLUMN lifeline.task.seen_at IS
	'When a read_committed reader first had the opening. seen_at - published_at is the latency.';
COMMENT ON COLUMN lifeline.task.updated_at IS 'Kafka''s timestamp of the last change.';
COMMENT ON COLUMN lifeline.task.log_offset IS
	'With log_topic and log_partition: where the last change stands in Kafka.';

CREATE INDEX task_open_by_area ON lifeline.task (area) WHERE state IN ('open', 'accepted');
CREATE INDEX task_by_area ON lifeline.task (area);
CREATE INDEX task_by_household ON lifeline.task (household_key);
CREATE INDEX task_by_seen ON lifeline.task (seen_at);

CREATE TABLE lifeline.task_history (
	LIKE lifeline.task,
	PRIMARY KEY (log_topic, log_partition, log_offset)
);
ALTER TABLE lifeline.task_history DROP COLUMN updated_at;
COMMENT ON TABLE lifeline.task_history IS
	'Every change of every task, once for each position in Kafka. Columns as in task; '
	'published_at, written_at and seen_at are those of the change itself.';
CREATE INDEX task_history_by_task ON lifeline.task_history (task_id);
CREATE INDEX task_history_by_household ON lifeline.task_history (household_key);

CREATE TABLE lifeline.risk_change (
	household_key bytea NOT NULL,
	area text COLLATE "C" NOT NULL,
	state_before text COLLATE "C" NOT NULL,
	state_after text COLLATE "C" NOT NULL,
	level_before integer NOT NULL,
	level_after integer NOT NULL,
	decided_on date,
	reasons jsonb NOT NULL,
	policy_name text NOT NULL,
	policy_version text NOT NULL,
	logic_version integer NOT NULL,
	cause_topic text NOT NULL,
	cause_partition integer NOT NULL,
	cause_offset bigint NOT NULL,
	published_at timestamptz,
	log_topic text COLLATE "C" NOT NULL,
	log_partition integer NOT NULL,
	log_offset bigint NOT NULL,
	PRIMARY KEY (log_topic, log_partition, log_offset)
);
COMMENT ON TABLE lifeline.risk_change IS
	'Every change of a household''s case or warning level.';
COMMENT ON COLUMN lifeline.risk_change.state_after IS
	'none, lead, verified, monitored, eliminated, rejected.';
COMMENT ON COLUMN lifeline.risk_change.level_after IS 'Warning level, 0 (none) to 3 (urgent).';
COMMENT ON COLUMN lifeline.risk_change.published_at IS 'When the causing event was published.';
CREATE INDEX risk_change_by_household ON lifeline.risk_change (household_key);

CREATE TABLE lifeline.household_status (
	household_key bytea PRIMARY KEY,
	area text COLLATE "C" NOT NULL,
	case_state text COLLATE "C" NOT NULL,
	level integer NOT NULL,
	decided_on date,
	log_topic text COLLATE "C" NOT NULL,
	log_partition integer NOT NULL,
	log_offset bigint NOT NULL
) WITH (fillfactor = 85);
COMMENT ON TABLE lifeline.household_status IS
	'Where each household that ever had a risk change stands: its last one in the log.';
CREATE INDEX household_status_by_area ON lifeline.household_status (area);

CREATE TABLE lifeline.escalation (
	task_id bytea NOT NULL,
	household_key bytea NOT NULL,
	area text COLLATE "C" NOT NULL,
	county text COLLATE "C" NOT NULL,
	city text COLLATE "C" NOT NULL,
	measure text COLLATE "C" NOT NULL,
	due_on date,
	decided_on date,
	days_overdue integer NOT NULL,
	cause_topic text NOT NULL,
	cause_partition integer NOT NULL,
	cause_offset bigint NOT NULL,
	log_topic text COLLATE "C" NOT NULL,
	log_partition integer NOT NULL,
	log_offset bigint NOT NULL,
	PRIMARY KEY (log_topic, log_partition, log_offset)
);
COMMENT ON TABLE lifeline.escalation IS 'Overdue tasks that were reported to the city.';
COMMENT ON COLUMN lifeline.escalation.city IS 'The first four digits of area.';
COMMENT ON COLUMN lifeline.escalation.days_overdue IS 'Days from due_on to decided_on.';
CREATE INDEX escalation_by_task ON lifeline.escalation (task_id);
CREATE INDEX escalation_by_city ON lifeline.escalation (city, decided_on);

CREATE TABLE lifeline.recorded_offset (
	topic text COLLATE "C" NOT NULL,
	partition integer NOT NULL,
	epoch bigint NOT NULL,
	next_offset bigint NOT NULL,
	recorded_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50);
COMMENT ON TABLE lifeline.recorded_offset IS
	'How far each topic is in these tables. Moves in the transaction that wrote the rows.';
COMMENT ON COLUMN lifeline.recorded_offset.epoch IS
	'The epoch of the owner that wrote last (lifeline.checkpoint, stage record).';

-- Raises LL001 unless every epoch is the newest. It holds the owners' rows until the transaction
-- ends, so that a new owner waits for it rather than overtakes it.
CREATE FUNCTION lifeline.move_recorded_offsets(topics text[], partitions integer[],
	epochs bigint[], next_offsets bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
	held bigint;
BEGIN
	PERFORM 1
	FROM lifeline.checkpoint c
	JOIN unnest(topics, partitions, epochs) AS o (topic, partition, epoch)
		ON c.topic = o.topic AND c.partition = o.partition AND c.epoch = o.epoch
	WHERE c.stage = 'record'
	ORDER BY c.topic, c.partition
	FOR NO KEY UPDATE OF c;
	GET DIAGNOSTICS held = ROW_COUNT;
	IF held <> cardinality(topics) THEN
		RAISE EXCEPTION 'another owner has taken a partition over' USING ERRCODE = 'LL001';
	END IF;
	INSERT INTO lifeline.recorded_offset (topic, partition, epoch, next_offset)
	SELECT o.topic, o.partition, o.epoch, o.next_offset
	FROM unnest(topics, partitions, epochs, next_offsets)
		AS o (topic, partition, epoch, next_offset)
	ORDER BY o.topic, o.partition
	ON CONFLICT (topic, partition) DO UPDATE
	SET epoch = excluded.epoch, next_offset = excluded.next_offset,
		recorded_at = excluded.recorded_at;
END
$$;
COMMENT ON FUNCTION lifeline.move_recorded_offsets IS
	'The fence of record: moves the offsets of partitions that the caller owns, or raises LL001.';
