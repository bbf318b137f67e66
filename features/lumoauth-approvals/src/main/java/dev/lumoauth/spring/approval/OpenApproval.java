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
package dev.lumoauth.spring.approval;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A request with which somebody may have to do something, as an {@link ApprovalStore}
 * knows it.
 *
 * @param approval the request in its current state
 * @param holder the process that takes care of the request; {@code null} if none does
 * @param told the last state of which the application was informed: {@code PENDING} if it
 * was not informed of a decision; {@code null} if that is not known
 * @since 0.1.0
 */
public record OpenApproval(Approval approval, @Nullable ApprovalHolder holder, @Nullable ApprovalState told) {

	/**
	 * How long a request that no process holds is left to the process that stored it.
	 */
	public static final Duration UNHELD = Duration.ofMinutes(1);

	/**
	 * Return whether any process may take care of the request.
	 * @param now the time
	 * @return whether no process that is alive does
	 */
	public boolean isFree(Instant now) {
		return (this.holder != null) ? this.holder.until().isBefore(now)
				: this.approval.requestedAt().isBefore(now.minus(UNHELD));
	}

	/**
	 * Return whether a process takes care of the request.
	 * @param process the id of the process
	 * @return whether it is this process
	 */
	public boolean isHeldBy(String process) {
		return this.holder != null && this.holder.process().equals(process);
	}

	/**
	 * Return whether the application has to be informed of the last decision.
	 * @return whether it has to be
	 */
	public boolean isUntold() {
		ApprovalState decision = this.approval.state().decision();
		return decision != ApprovalState.PENDING && this.told != decision
				&& (this.told != null || decision == ApprovalState.APPROVED);
	}

}
