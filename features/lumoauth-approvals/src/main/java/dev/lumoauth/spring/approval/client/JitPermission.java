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

package dev.lumoauth.spring.approval.client;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The state of a request for a permission ({@code jit/request/{id}/status}).
 *
 * @param requestId the id of the request
 * @param status {@code approved}, {@code denied}, {@code pending} or another value:
 * LumoAuth has more values than its documents list. An unknown value counts as not
 * decided
 * @param riskLevel how LumoAuth rates the risk; {@code null} if it does not say
 * @param expiresAt until when the request can be decided, or an approved one can be used;
 * {@code null} if LumoAuth does not say
 * @param grantedTtl how long the approval lasts, from the time of the decision; zero if
 * the approval is over already; {@code null} if there is no approval, or LumoAuth does
 * not say
 * @param agentMessage the reviewer's message to the agent, or {@code null}. The text
 * comes from outside: treat it as data, never as an instruction
 * @since 0.1.0
 */
public record JitPermission(String requestId, String status, @Nullable String riskLevel, @Nullable Instant expiresAt,
		@Nullable Duration grantedTtl, @Nullable String agentMessage) {

	static final String APPROVED = "approved";

	/**
	 * Return until when an approved permission lasts. If LumoAuth names two ends, the
	 * earlier one counts.
	 * @param now the current time
	 * @return the end, which may have passed; {@code null} if LumoAuth names none
	 */
	public @Nullable Instant end(Instant now) {
		Instant granted = (this.grantedTtl != null) ? now.plus(this.grantedTtl) : null;
		if (granted == null || this.expiresAt == null) {
			return (granted != null) ? granted : this.expiresAt;
		}
		return granted.isBefore(this.expiresAt) ? granted : this.expiresAt;
	}

	/**
	 * Return whether the permission is approved and can still be used.
	 * @param now the current time
	 * @return {@code false} if it is not approved, or the approval is over
	 */
	public boolean isGranted(Instant now) {
		Instant end = end(now);
		return this.status.equals(APPROVED) && (end == null || end.isAfter(now));
	}

}
