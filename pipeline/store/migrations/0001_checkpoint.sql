-- Facts of the deployment, owners of partitions, and the checkpoints of their state.

CREATE TABLE lifeline.deployment_fact (
	name text PRIMARY KEY,
	value bigint NOT NULL,
	fixed_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE lifeline.deployment_fact IS
	'What is fixed for the life of a deployment (partition counts). The first writer wins.';

CREATE TABLE lifeline.checkpoint (
	stage text COLLATE "C" NOT NULL,
	topic text COLLATE "C" NOT NULL,
	partition integer NOT NULL,
	epoch bigint NOT NULL,
	owner text NOT NULL,
	taken_at timestamptz NOT NULL DEFAULT now(),
	next_offset bigint,
	logic_version integer,
	base_id bigint NOT NULL DEFAULT 0,
	next_sequence bigint NOT NULL DEFAULT 0,
	segment_count bigint NOT NULL DEFAULT 0,
	segment_bytes bigint NOT NULL DEFAULT 0,
	written_at timestamptz,
	PRIMARY KEY (stage, topic, partition)
) WITH (fillfactor = 50);
COMMENT ON TABLE lifeline.checkpoint IS
	'One row for each (stage, topic, partition): who may write, and how far its stored state is.';
COMMENT ON COLUMN lifeline.checkpoint.epoch IS
	'Raised by each new owner. A write with another epoch changes nothing.';
COMMENT ON COLUMN lifeline.checkpoint.owner IS 'The instance that raised the epoch last.';
COMMENT ON COLUMN lifeline.checkpoint.next_offset IS
	'The stored state is that before the record at this offset of the topic. NULL: no state yet.';
COMMENT ON COLUMN lifeline.checkpoint.logic_version IS
	'Version of the decision logic and of the encoding of the segments.';
COMMENT ON COLUMN lifeline.checkpoint.base_id IS
	'The generation of segments that counts. A new base is switched to by raising it.';
COMMENT ON COLUMN lifeline.checkpoint.next_sequence IS 'Sequence of the next segment.';
COMMENT ON COLUMN lifeline.checkpoint.segment_count IS 'Segments of this base_id.';
COMMENT ON COLUMN lifeline.checkpoint.segment_bytes IS 'Their size in bytes.';

CREATE TABLE lifeline.segment (
	stage text COLLATE "C" NOT NULL,
	topic text COLLATE "C" NOT NULL,
	partition integer NOT NULL,
	base_id bigint NOT NULL,
	sequence bigint NOT NULL,
	bytes bytea NOT NULL,
	PRIMARY KEY (stage, topic, partition, base_id, sequence)
) WITH (autovacuum_vacuum_scale_factor = 0.05, toast.autovacuum_vacuum_scale_factor = 0.05);
-- The bytes are read whole and are already dense: compressing them would only cost time.
ALTER TABLE lifeline.segment ALTER COLUMN bytes SET STORAGE EXTERNAL;
COMMENT ON TABLE lifeline.segment IS
	'Encoded state of the households that changed, in the order of sequence; later ones win. '
	'Only rows with the base_id of their checkpoint count.';
