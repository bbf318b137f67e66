/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.approval.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalCall;
import dev.lumoauth.spring.approval.ApprovalHolder;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.OpenApproval;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A request as a row. Lists are JSON, times have microseconds.
 */
final class ApprovalRow {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private static final TypeReference<List<String>> LIST = new TypeReference<>() {
	};

	private ApprovalRow() {
	}

	/**
	 * Return each column's value by the column's name.
	 */
	static Map<String, @Nullable Object> of(Approval approval) {
		Map<String, @Nullable Object> row = new HashMap<>();
		row.put("id", approval.id());
		row.put("version", approval.version());
		row.put("state", approval.state().name());
		row.put("held_call", approval.holding() ? approval.call().key() : null);
		row.put("agent", approval.call().agent());
		row.put("caller", approval.call().user());
		row.put("tool", approval.call().tool());
		row.put("target", approval.call().target());
		row.put("arguments", approval.call().arguments());
		row.put("reason", approval.reason());
		row.put("impact", approval.impact().name());
		row.put("audiences", JSON.writeValueAsString(approval.audiences()));
		row.put("capabilities", JSON.writeValueAsString(approval.capabilities()));
		row.put("conversation_id", approval.conversationId());
		row.put("reference", approval.reference());
		row.put("task", approval.task());
		row.put("requested_at", time(approval.requestedAt()));
		row.put("expires_at", time(approval.expiresAt()));
		row.put("decided_at", time(approval.decidedAt()));
		row.put("approved_by", approval.approvedBy());
		row.put("agent_message", approval.agentMessage());
		row.put("ended_at", time(approval.endedAt()));
		row.put("result", storable(approval.result()));
		return row;
	}

	/**
	 * Return the columns of who takes care of a request.
	 */
	static Map<String, @Nullable Object> of(@Nullable ApprovalHolder holder) {
		Map<String, @Nullable Object> row = new HashMap<>();
		row.put("holder", (holder != null) ? holder.process() : null);
		row.put("held_until", (holder != null) ? time(holder.until()) : null);
		return row;
	}

	static OpenApproval readOpen(ResultSet row, String tenant) throws SQLException {
		String holder = row.getString("holder");
		Instant until = instant(row, "held_until");
		String told = row.getString("told");
		return new OpenApproval(read(row, tenant),
				(until != null) ? new ApprovalHolder((holder != null) ? holder : "", until) : null,
				(told != null) ? ApprovalState.valueOf(told) : null);
	}

	static Approval read(ResultSet row, String tenant) throws SQLException {
		String agent = row.getString("agent");
		if (agent.startsWith(tenant)) { // else another tenant's, which is nobody's here
			agent = agent.substring(tenant.length());
		}
		ApprovalCall call = new ApprovalCall(agent, row.getString("caller"), row.getString("tool"),
				row.getString("target"), row.getString("arguments"));
		return new Approval(row.getString("id"), row.getLong("version"), ApprovalState.valueOf(row.getString("state")),
				call, row.getString("reason"), Impact.valueOf(row.getString("impact")),
				JSON.readValue(row.getString("audiences"), LIST), JSON.readValue(row.getString("capabilities"), LIST),
				row.getString("conversation_id"), row.getString("held_call") != null, row.getString("reference"),
				row.getString("task"), requiredInstant(row, "requested_at"), requiredInstant(row, "expires_at"),
				instant(row, "decided_at"), row.getString("approved_by"), row.getString("agent_message"),
				instant(row, "ended_at"), row.getString("result"));
	}

	/**
	 * Truncated, as PostgreSQL would round.
	 */
	static @Nullable OffsetDateTime time(@Nullable Instant instant) {
		return (instant != null) ? instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC) : null;
	}

	private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
		OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
		return (time != null) ? time.toInstant() : null;
	}

	private static Instant requiredInstant(ResultSet row, String column) throws SQLException {
		return row.getObject(column, OffsetDateTime.class).toInstant();
	}

	/**
	 * Storing that a call has run must not fail. PostgreSQL does not allow NUL in a text,
	 * and UTF-8 does not allow half a character.
	 */
	private static @Nullable String storable(@Nullable String text) {
		return (text != null) ? text.replaceAll("[\\x00\\p{Cs}]", "\uFFFD") : null;
	}

}
