-- What agents have used of their budgets. Can be run again.
create table if not exists lumoauth_budget (
	-- Tenant, agent, limit and the beginning of the period, each on a line.
	id varchar(1024) not null primary key,
	version bigint not null,
	-- What was used, and a line for each replica: name, used, reserved, spare, alive until, forfeited.
	state text not null,
	-- The end of the period, in milliseconds since 1970.
	ends_at bigint not null
);
create index if not exists lumoauth_budget_ended on lumoauth_budget (ends_at);
