-- What people were asked to approve. Can be run again.
create table if not exists lumoauth_approval (
	id varchar(64) not null primary key,
	version bigint not null,
	state varchar(16) not null,
	-- The SHA-256 of the call, while the request stands for it.
	held_call varchar(64) unique,
	agent varchar(255) not null,
	caller varchar(1024),
	tool varchar(1024) not null,
	target varchar(1024),
	arguments text not null,
	reason varchar(480) not null,
	impact varchar(16) not null,
	audiences text not null,
	capabilities text not null,
	conversation_id varchar(1024),
	reference varchar(2048),
	task varchar(2048),
	requested_at timestamp(6) with time zone not null,
	expires_at timestamp(6) with time zone not null,
	decided_at timestamp(6) with time zone,
	approved_by varchar(256),
	agent_message varchar(480),
	ended_at timestamp(6) with time zone,
	result text
);
create index if not exists lumoauth_approval_waiting on lumoauth_approval (agent, state, requested_at);
create index if not exists lumoauth_approval_ended on lumoauth_approval (ended_at);
-- Who takes care of a request, and the last state of which the application was informed.
-- A table of an earlier version gets these columns.
alter table lumoauth_approval add column if not exists holder varchar(64);
alter table lumoauth_approval add column if not exists held_until timestamp(6) with time zone;
alter table lumoauth_approval add column if not exists told varchar(16);
create index if not exists lumoauth_approval_told on lumoauth_approval (agent, told, state);
create index if not exists lumoauth_approval_holder on lumoauth_approval (holder);
